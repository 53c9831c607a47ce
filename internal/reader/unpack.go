package reader

import (
	"archive/zip"
	"errors"
	"io"
	"net/mail"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// unpack sends every file inside a zip or a mail: a member frame, then its bytes.
func unpack(t *task) error {
	switch t.kind.mediaType {
	case formatZip.mediaType:
		return unpackZip(t)
	case formatMail.mediaType:
		return unpackMail(t)
	}
	return failf(ReasonUnsupported, "a %s holds no files to unpack", t.kind.name)
}

func unpackZip(t *task) error {
	a, err := openArchive(t.file, t.size, t.limits)
	if err != nil {
		return err
	}
	count := 0
	for _, f := range a.File {
		name := memberName(zipName(f))
		if name == "" || f.FileInfo().IsDir() || !f.Mode().IsRegular() || litter(name) {
			continue
		}
		if err := unpackMember(t, a, f, name); err != nil {
			return err
		}
		count++
	}
	if count == 0 {
		return failf(ReasonEmpty, "the archive holds no files")
	}
	return nil
}

func unpackMember(t *task, a *archive, f *zip.File, name string) error {
	rc, err := a.open(f)
	if err != nil {
		return err
	}
	defer rc.Close()
	return t.sendMember(Member{Name: name, Size: int64(f.UncompressedSize64)}, rc)
}

func unpackMail(t *task) error {
	msg, err := mail.ReadMessage(io.NewSectionReader(t.file, 0, t.size))
	if err != nil {
		return failf(ReasonDamaged, "the mail has no header that can be read: %v", err)
	}
	return walkMail(t.limits, msg, func(p mailPart) error {
		name := memberName(p.name)
		if name == "" {
			return nil
		}
		return t.sendMember(Member{Name: name, Size: -1}, p.body)
	})
}

// sendMember streams one file to the parent.
func (t *task) sendMember(m Member, r io.Reader) error {
	renewCPU(t.limits.CPU)
	if err := t.out.json(frameMember, m); err != nil {
		return err
	}
	_, err := io.CopyBuffer(struct{ io.Writer }{t.out}, r, make([]byte, dataChunk))
	var f *Failure
	if err == nil || errors.As(err, &f) {
		return err
	}
	return failf(ReasonDamaged, "the file %q inside is broken: %v", m.Name, err)
}

// zipName decodes the name of a member: UTF-8 where it is that, else the character set of DOS.
func zipName(f *zip.File) string {
	if utf8.ValidString(f.Name) {
		return f.Name
	}
	if s, err := charmap.CodePage850.NewDecoder().String(f.Name); err == nil {
		return s
	}
	return strings.ToValidUTF8(f.Name, "_")
}

// maxName is the longest name of a file or folder, in bytes, that file systems take.
const maxName = 255

// memberName makes a path inside a container harmless: forward slashes, relative, without ".." or drive, without
// control characters and marks that turn text around; every part at most maxName bytes, the extension kept.
func memberName(name string) string {
	name = strings.ReplaceAll(strings.ToValidUTF8(name, "_"), `\`, "/")
	if len(name) >= 2 && name[1] == ':' {
		name = name[2:]
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || dropped(r) {
			return -1
		}
		return r
	}, name)
	clean := strings.TrimPrefix(path.Clean("/"+name), "/")
	parts := strings.Split(clean, "/")
	for i, p := range parts {
		parts[i] = shorten(strings.TrimSpace(p))
	}
	return strings.TrimPrefix(path.Clean("/"+strings.Join(parts, "/")), "/")
}

func shorten(name string) string {
	if len(name) <= maxName {
		return name
	}
	ext := path.Ext(name)
	if len(ext) > 16 {
		ext = ""
	}
	return cutText(name, maxName-len(ext)) + ext
}

// litter tells whether a file is what an operating system leaves behind in an archive.
func litter(name string) bool {
	switch base := strings.ToLower(path.Base(name)); base {
	case ".ds_store", "thumbs.db", "desktop.ini":
		return true
	default:
		return strings.HasPrefix(base, "._") || strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "~$")
	}
}
