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

// asAway finds the error of a source of accounts that does not answer.
func asAway(err error, e **errs.Error) bool {
	return errors.As(err, e) && (*e).Kind == errs.KindUnavailable && ((*e).Message.Key == "error.unavailable.directory" || (*e).Message.Key == "error.unavailable.provider")
}
