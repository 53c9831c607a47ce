package people

import (
	"context"
	"slices"
	"strings"
)

// knownPeople is of how many people a browser remembers that they signed in there: some are shared.
const knownPeople = 8

// deviceMark is what a browser keeps to show that somebody signed in there before. Only we can make one; it opens nothing.
func (s *Service) deviceMark(ctx context.Context, userID string) (string, error) {
	sealer, err := s.sealer(ctx)
	if err != nil {
		return "", err
	}
	return sealer.Hash("device", userID)[:32], nil
}

// KnownDevice adds the mark of whose session a secret opens to those that a browser has, the latest first.
func (s *Service) KnownDevice(ctx context.Context, known, secret string) (string, error) {
	u, _, err := s.Session(ctx, secret)
	if err != nil {
		return "", err
	}
	mark, err := s.deviceMark(ctx, u.ID)
	if err != nil {
		return "", err
	}
	marks := slices.DeleteFunc(strings.Split(known, "."), func(m string) bool { return m == mark || len(m) != len(mark) })
	marks = append([]string{mark}, marks...)
	return strings.Join(marks[:min(len(marks), knownPeople)], "."), nil
}

// isNew tells whether somebody never signed in by this browser. It must not be asked inside a transaction.
func (c Client) isNew(ctx context.Context, s *Service, userID string) (bool, error) {
	if s.wayChanged == nil || c.Session != nil && c.Session.UserID == userID {
		return false, nil
	}
	mark, err := s.deviceMark(ctx, userID)
	return err == nil && !slices.Contains(strings.Split(c.Known, "."), mark), err
}
