package people

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/search"
)

// RenameExpertise gives a subject on the shared list another name. What colleagues said of it stays.
func (s *Service) RenameExpertise(ctx context.Context, v auth.Viewer, id, name string) error {
	name = fold.Line(name)
	if err := checkSubject(name, expertiseKey(name)); err != nil {
		return err
	}
	return s.changeExpertise(ctx, v, id, func(ctx context.Context, tx bun.Tx, e *Expertise) error {
		to := &Expertise{ID: id, Name: name, NameFolded: expertiseKey(name)}
		if _, err := tx.NewUpdate().Model(to).Column("name", "name_folded").WherePK().Exec(ctx); err != nil {
			if db.IsUnique(err) {
				return errs.Conflict("error.expertise_exists").Field("expertise", "error.field.name_taken")
			}
			return err
		}
		return audit.Log(ctx, tx, v, "expertise.rename", "expertise:"+id, e.Name+" → "+name)
	})
}

// MergeExpertise makes two subjects one: who had the first has the second, with what colleagues said of either.
func (s *Service) MergeExpertise(ctx context.Context, v auth.Viewer, id, into string) error {
	if id == into {
		return errs.Invalid("error.invalid").Field("into", "error.field.expertise_same")
	}
	return s.changeExpertise(ctx, v, id, func(ctx context.Context, tx bun.Tx, e *Expertise) error {
		there, err := tx.NewSelect().Model((*Expertise)(nil)).Where("e.id = ?", into).Exists(ctx)
		if err != nil {
			return err
		}
		if !there {
			return errs.NotFound("expertise")
		}
		for _, insert := range []string{
			"INSERT INTO user_expertise (user_id, expertise_id, since) SELECT user_id, ?, since FROM user_expertise WHERE expertise_id = ? ON CONFLICT DO NOTHING",
			"INSERT INTO endorsements (user_id, expertise_id, by_id, at) SELECT user_id, ?, by_id, at FROM endorsements WHERE expertise_id = ? ON CONFLICT DO NOTHING",
		} {
			if _, err := tx.ExecContext(ctx, insert, into, id); err != nil {
				return err
			}
		}
		if _, err := tx.NewDelete().Model(e).WherePK().Exec(ctx); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "expertise.merge", "expertise:"+id, e.Name+" → expertise:"+into)
	})
}

// changeExpertise lets an administrator change a subject, and has everybody who has it found by what it is then.
func (s *Service) changeExpertise(ctx context.Context, v auth.Viewer, id string, f func(context.Context, bun.Tx, *Expertise) error) error {
	if err := CanAdminister(v); err != nil {
		return err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		e := new(Expertise)
		if err := tx.NewSelect().Model(e).Where("e.id = ?", id).Scan(ctx); err != nil {
			return notFound(err, "expertise")
		}
		var who []string
		if err := tx.NewSelect().Model((*has)(nil)).Column("user_id").Where("ue.expertise_id = ?", id).Scan(ctx, &who); err != nil {
			return err
		}
		if err := f(ctx, tx, e); err != nil {
			return err
		}
		return index.Mark(ctx, tx, search.TypePerson, who...)
	})
	if err != nil {
		return fmt.Errorf("change expertise: %w", db.Classify(err))
	}
	return nil
}
