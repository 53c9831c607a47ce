package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
)

// Ref names a thing by id and name.
type Ref struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// TenderRef is a tender as a document shows it.
type TenderRef struct {
	ID        string  `json:"id"`
	Reference string  `json:"reference"`
	Title     string  `json:"title"`
	Client    string  `json:"client"`
	Place     string  `json:"place"`
	Year      int     `json:"year"`
	Outcome   string  `json:"outcome"`
	Score     float64 `json:"score"`
}

// Titled names a document.
type Titled struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Document is a document of the library.
type Document struct {
	ID            string     `json:"id"`
	Title         string     `json:"title"`
	Kind          string     `json:"kind" enum:"approach,calculation,schedule,risk,quality,safety,reference,cv,presentation,notice,award,other"`
	Status        string     `json:"status" enum:"received,reading,ready,failed"`
	Failure       string     `json:"failure" doc:"Why the file could not be read, or what it waits for, in words."`
	FailureReason string     `json:"failure_reason" doc:"The same as a code: password, damaged, empty, unsupported, mismatch, too_large, timeout, memory, crashed, stored, internal; from the virus scanner infected, unscanned, and scanner_away while received."`
	Pages         int        `json:"pages"`
	Language      string     `json:"language" doc:"ISO 639-1; empty where unknown."`
	SHA256        string     `json:"sha256"`
	Size          int64      `json:"size" doc:"Bytes."`
	MediaType     string     `json:"media_type"`
	Filename      string     `json:"filename"`
	Branch        Ref        `json:"branch"`
	Tender        *TenderRef `json:"tender"`
	Audience      string     `json:"audience"`
	Tags          []string   `json:"tags"`
	Owner         Ref        `json:"owner"`
	CreatedAt     time.Time  `json:"created_at"`
	UpdatedAt     time.Time  `json:"updated_at"`
	DeletedAt     *time.Time `json:"deleted_at" doc:"Since when it is in the trash, else null."`
	Version       int        `json:"version" doc:"Number of the newest version."`
	Reads         int        `json:"reads" doc:"How often it was opened."`
	Reused        int        `json:"reused" doc:"The tenders that it was used in, and the others who used it outside any."`
	Copies        []Titled   `json:"copies" doc:"Other documents with the same bytes that the caller may see."`
}

func (a *API) document(c *fiber.Ctx, d *library.Document, copies []*library.Document) Document {
	out := Document{
		ID: d.ID, Title: d.Title, Kind: string(d.Kind), Status: string(d.Status), FailureReason: d.Failure, Pages: d.Pages, Language: d.Language,
		SHA256: d.SHA256, Size: d.Size, MediaType: d.MediaType, Filename: d.Filename, Branch: Ref{d.BranchID, d.BranchName},
		Audience: d.Audience, Tags: d.Tags, Owner: Ref{d.OwnerID, d.OwnerName}, CreatedAt: d.CreatedAt.UTC(), UpdatedAt: d.UpdatedAt.UTC(),
		Version: d.Number, Reads: d.Reads, Reused: d.Reused, Copies: []Titled{},
	}
	if d.Failure != "" {
		out.Failure = localizer(c).T("reader.failure." + d.Failure)
	}
	if d.TenderID != "" {
		out.Tender = &TenderRef{d.TenderID, d.TenderRef, d.TenderTitle, d.Client, d.Place, d.Year, d.Outcome, d.Score}
	}
	if d.Deleted() {
		at := d.DeletedAt.UTC()
		out.DeletedAt = &at
	}
	if out.Tags == nil {
		out.Tags = []string{}
	}
	for _, o := range copies {
		out.Copies = append(out.Copies, Titled{o.ID, o.Title})
	}
	return out
}

// withCopies answers with a document and its exact copies.
func (a *API) withCopies(ctx context.Context, d *library.Document) (*Body[Document], error) {
	copies, err := a.Library.ExactCopies(ctx, viewer(ctx), d)
	if err != nil {
		return nil, err
	}
	return &Body[Document]{a.document(request(ctx), d, copies)}, nil
}

// DocumentID is the path of one thing.
type DocumentID struct {
	ID string `path:"id"`
}

// ListDocuments are the parameters of the list.
type ListDocuments struct {
	Paging
	Kind     []string `query:"kind,explode" doc:"Several by commas or by repeating the parameter; so too for year, outcome, language, tag, tender_id and status."`
	Branch   []string `query:"branch,explode" doc:"Ids of branches; repeat the parameter for several."`
	Client   []string `query:"client,explode" doc:"Names as they are, commas and all; repeat the parameter for several."`
	Year     []int    `query:"year,explode"`
	Outcome  []string `query:"outcome,explode"`
	Language []string `query:"language,explode"`
	Tag      []string `query:"tag,explode"`
	Tender   []string `query:"tender_id,explode"`
	Status   []string `query:"status,explode"`
	Trash    bool     `query:"trash" doc:"What is in the trash and the caller may restore."`
	Sort     string   `query:"sort" enum:"newest,title,read,score,reused" default:"newest"`
}

func (p ListDocuments) filter() library.Filter {
	f := library.Filter{
		Kind: p.Kind, Branch: p.Branch, Client: p.Client, Year: p.Year, Outcome: p.Outcome, Language: p.Language, Tag: p.Tag, Tender: p.Tender,
		Trash: p.Trash, Sort: library.Sort(p.Sort), Limit: p.Limit + 1,
	}
	for _, s := range p.Status {
		f.Status = append(f.Status, library.Status(s))
	}
	return f
}

// PatchDocument is what may be changed of a document; what is left out stays.
type PatchDocument struct {
	Title    *string   `json:"title,omitempty"`
	Kind     *string   `json:"kind,omitempty"`
	TenderID *string   `json:"tender_id,omitempty" doc:"Empty: no tender."`
	Branch   *string   `json:"branch,omitempty" doc:"Id or name."`
	Audience *string   `json:"audience,omitempty" doc:"company, branch, branch:ID,…, group:ID,…, tender, calculators or people:ID,…; empty: what the kind has by default."`
	Tags     *[]string `json:"tags,omitempty"`
	Language *string   `json:"language,omitempty"`
}

func (p PatchDocument) meta() library.Meta {
	return library.Meta{Title: p.Title, Kind: (*library.Kind)(p.Kind), TenderID: p.TenderID, BranchID: p.Branch, Audience: p.Audience, Language: p.Language, Tags: p.Tags}
}

func (a *API) documents() {
	register(a, huma.Operation{OperationID: "list-documents", Method: http.MethodGet, Path: "/documents", Summary: "List documents", Tags: []string{"Documents"}, Middlewares: huma.Middlewares{splitCodes}},
		func(ctx context.Context, in *ListDocuments) (*Body[List[Document]], error) {
			f := in.filter()
			offset, err := offsetOf(in.After)
			if err != nil {
				return nil, err
			}
			f.Offset = offset
			docs, _, err := a.Library.List(ctx, viewer(ctx), f)
			if err != nil {
				return nil, err
			}
			out := List[Document]{Items: []Document{}}
			if len(docs) > in.Limit {
				docs, out.Next = docs[:in.Limit], strconv.Itoa(offset+in.Limit)
			}
			for _, d := range docs {
				out.Items = append(out.Items, a.document(request(ctx), d, nil))
			}
			return &Body[List[Document]]{out}, nil
		})
	register(a, huma.Operation{OperationID: "get-document", Method: http.MethodGet, Path: "/documents/{id}", Summary: "Read a document", Tags: []string{"Documents"}},
		func(ctx context.Context, in *DocumentID) (*Body[Document], error) {
			d, err := a.Library.Get(ctx, viewer(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return a.withCopies(ctx, d)
		})
	register(a, huma.Operation{OperationID: "update-document", Method: http.MethodPatch, Path: "/documents/{id}", Summary: "Change a document", Tags: []string{"Documents"}},
		func(ctx context.Context, in *struct {
			DocumentID
			Body PatchDocument
		},
		) (*Body[Document], error) {
			m := in.Body.meta()
			if err := a.branchID(ctx, m.BranchID); err != nil {
				return nil, err
			}
			d, err := a.Library.Update(ctx, viewer(ctx), in.ID, m)
			if err != nil {
				return nil, err
			}
			return a.withCopies(ctx, d)
		})
	register(a, huma.Operation{OperationID: "delete-document", Method: http.MethodDelete, Path: "/documents/{id}", Summary: "Put a document in the trash", Tags: []string{"Documents"}, DefaultStatus: 204},
		func(ctx context.Context, in *DocumentID) (*struct{}, error) {
			return nil, a.Library.Delete(ctx, viewer(ctx), in.ID)
		})
	register(a, huma.Operation{OperationID: "restore-document", Method: http.MethodPost, Path: "/documents/{id}/restore", Summary: "Take a document out of the trash", Tags: []string{"Documents"}},
		func(ctx context.Context, in *DocumentID) (*Body[Document], error) {
			d, err := a.Library.Restore(ctx, viewer(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return a.withCopies(ctx, d)
		})
	register(a, huma.Operation{OperationID: "retry-document", Method: http.MethodPost, Path: "/documents/{id}/retry", Summary: "Read a failed document again", Tags: []string{"Documents"}, DefaultStatus: 202},
		func(ctx context.Context, in *DocumentID) (*struct{}, error) {
			return nil, a.Library.TryAgain(ctx, viewer(ctx), in.ID)
		})
	a.pages()
}

// Page is a page of a document.
type Page struct {
	Page  int    `json:"page"`
	Label string `json:"label" doc:"Name of the sheet or slide, where there is one."`
	Text  string `json:"text"`
}

// Version is a file of a document.
type Version struct {
	Number    int       `json:"number"`
	Status    string    `json:"status"`
	SHA256    string    `json:"sha256"`
	Size      int64     `json:"size"`
	MediaType string    `json:"media_type"`
	Filename  string    `json:"filename"`
	Pages     int       `json:"pages"`
	CreatedBy Ref       `json:"created_by"`
	CreatedAt time.Time `json:"created_at"`
}

func (a *API) pages() {
	register(a, huma.Operation{OperationID: "get-page", Method: http.MethodGet, Path: "/documents/{id}/pages/{n}", Summary: "Read the text of a page", Tags: []string{"Documents"}},
		func(ctx context.Context, in *struct {
			DocumentID
			N       int `path:"n" minimum:"1"`
			Version int `query:"version" doc:"Number of a version; the newest readable one when left out."`
		},
		) (*Body[Page], error) {
			number := in.Version
			if number == 0 {
				number = -1
			}
			_, p, err := a.Library.Page(ctx, viewer(ctx), in.ID, number, in.N)
			if err != nil {
				return nil, err
			}
			d, err := a.Library.GetAny(ctx, viewer(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			if err := a.Library.NoteOpened(ctx, viewer(ctx), d); err != nil {
				return nil, err
			}
			return &Body[Page]{Page{p.Number, p.Label, p.Text}}, nil
		})
	register(a, huma.Operation{OperationID: "list-versions", Method: http.MethodGet, Path: "/documents/{id}/versions", Summary: "List the versions of a document", Tags: []string{"Documents"}},
		func(ctx context.Context, in *DocumentID) (*Body[List[Version]], error) {
			list, err := a.Library.Versions(ctx, viewer(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			out := List[Version]{Items: []Version{}}
			for _, v := range list {
				out.Items = append(out.Items, Version{v.Number, string(v.Status), v.SHA256, v.Size, v.MediaType, v.Filename, v.Pages, Ref{v.CreatedBy, v.CreatorName}, v.CreatedAt.UTC()})
			}
			return &Body[List[Version]]{out}, nil
		})
}

// branchID lets a branch be given by name: it replaces the name by the id.
func (a *API) branchID(ctx context.Context, branch *string) error {
	if branch == nil || *branch == "" {
		return nil
	}
	b, err := a.People.Branch(ctx, *branch)
	if errs.Is(err, errs.KindNotFound) {
		return errs.Invalid("error.invalid").Field("branch", "error.field.branch")
	}
	if err != nil {
		return err
	}
	*branch = b.ID
	return nil
}

// offsetOf reads the cursor of a list that is paged by offset.
func offsetOf(cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(cursor)
	if err != nil || n < 0 || n > 1_000_000 {
		return 0, errs.Invalid("error.invalid").Field("after", "error.field.cursor")
	}
	return n, nil
}
