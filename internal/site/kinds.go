package site

import (
	"errors"

	"github.com/aanpak/aanpak/internal/errs"
)

// asInput finds an error that is an answer to what somebody filled in, rather than a fault.
func asInput(err error, e **errs.Error) bool {
	if !errors.As(err, e) {
		return false
	}
	switch (*e).Kind {
	case errs.KindInvalid, errs.KindConflict, errs.KindTooLarge, errs.KindTooMany, errs.KindForbidden, errs.KindUnauthorized:
		return true
	}
	return false
}
