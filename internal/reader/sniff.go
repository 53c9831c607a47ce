package reader

import (
	"bytes"
	"errors"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/richardlehane/mscfb"
)

const mediaJPEG = "image/jpeg"

// format is what a document turned out to be, from its content.
type format struct {
	name      string // for sentences: "Word document"
	mediaType string
	read      func(*task) (Info, error)
	refused   string // why there is no read
	reason    Reason // of the refusal; "" means ReasonUnsupported
}

func (f format) refusal() Reason { return orDefault(f.reason, ReasonUnsupported) }

// The formats that are read.
var (
	formatPDF   = format{name: "PDF", mediaType: "application/pdf", read: readPDF}
	formatXLSX  = format{name: "workbook", mediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", read: readXLSX}
	formatXLSM  = format{name: "workbook", mediaType: "application/vnd.ms-excel.sheet.macroEnabled.12", read: readXLSX}
	formatXLS   = unsupported("workbook of before 2007 (.xls)", "application/vnd.ms-excel", "save it as .xlsx")
	formatDOCX  = format{name: "Word document", mediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", read: readDOCX}
	formatPPTX  = format{name: "presentation", mediaType: "application/vnd.openxmlformats-officedocument.presentationml.presentation", read: readPPTX}
	formatODT   = format{name: "text document", mediaType: "application/vnd.oasis.opendocument.text", read: readODT}
	formatODS   = format{name: "spreadsheet", mediaType: "application/vnd.oasis.opendocument.spreadsheet", read: readODS}
	formatODP   = format{name: "presentation", mediaType: "application/vnd.oasis.opendocument.presentation", read: readODP}
	formatText  = format{name: "text file", mediaType: "text/plain", read: readText}
	formatMD    = format{name: "text file", mediaType: "text/markdown", read: readText}
	formatCSV   = format{name: "table", mediaType: "text/csv", read: readCSV}
	formatHTML  = format{name: "web page", mediaType: "text/html", read: readHTML}
	formatMail  = format{name: "mail", mediaType: "message/rfc822", read: readMail}
	formatPNG   = format{name: "image", mediaType: "image/png", read: readImage}
	formatJPEG  = format{name: "image", mediaType: mediaJPEG, read: readImage}
	formatGIF   = format{name: "image", mediaType: "image/gif", read: readImage}
	formatWebP  = format{name: "image", mediaType: "image/webp", read: readImage}
	formatTIFF  = format{name: "image", mediaType: "image/tiff", read: readImage}
	formatBMP   = format{name: "image", mediaType: "image/bmp", read: readImage}
	formatZip   = format{name: "zip archive", mediaType: "application/zip", refused: "this is a zip archive: unpack it and read what is inside"}
	formatBytes = format{name: "file", mediaType: "application/octet-stream", refused: "this format is not known here"}
)

func isImage(f format) bool { return strings.HasPrefix(f.mediaType, "image/") }

// magic is how a format starts.
var magic = []struct {
	at     int
	start  string
	format format
}{
	{0, "\x89PNG\r\n\x1a\n", formatPNG},
	{0, "\xff\xd8\xff", formatJPEG},
	{0, "GIF8", formatGIF},
	{8, "WEBPVP8", formatWebP},
	{0, "II*\x00", formatTIFF},
	{0, "MM\x00*", formatTIFF},
	{0, "BM", formatBMP},
	{0, "{\\rtf", unsupported("rich text file", "application/rtf", "save it as .docx or PDF")},
	{0, "7z\xbc\xaf\x27\x1c", unsupported("7-zip archive", "application/x-7z-compressed", "unpack it, or make it a .zip")},
	{0, "Rar!\x1a\x07", unsupported("rar archive", "application/vnd.rar", "unpack it, or make it a .zip")},
	{0, "\x1f\x8b", unsupported("gzip archive", "application/gzip", "unpack it, or make it a .zip")},
	{257, "ustar", unsupported("tar archive", "application/x-tar", "unpack it, or make it a .zip")},
	{0, "MZ", unsupported("program", "application/vnd.microsoft.portable-executable", "programs are not read")},
	{0, "\x7fELF", unsupported("program", "application/x-elf", "programs are not read")},
	{0, "AC10", unsupported("AutoCAD drawing", "image/vnd.dwg", "save it as PDF")},
	{4, "ftyp", unsupported("film or sound", "video/mp4", "film and sound are not read")},
	{0, "%!PS", unsupported("PostScript file", "application/postscript", "save it as PDF")},
}

func unsupported(name, mediaType, advice string) format {
	return format{name: name, mediaType: mediaType, refused: "a " + name + " cannot be read: " + advice}
}

// sniff tells the format from the content; the name decides only between kinds of plain text. What is not known at
// all, behind the extension of a known format, is damaged or something else.
func sniff(r io.ReaderAt, size int64, name string) (format, error) {
	if size == 0 {
		return formatBytes, failf(ReasonEmpty, "the file is empty: it has no bytes")
	}
	start := make([]byte, 4096)
	n, err := r.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return formatBytes, failf(ReasonDamaged, "the file cannot be read: %v", err)
	}
	start = start[:n]
	ext := strings.TrimPrefix(strings.ToLower(path.Ext(name)), ".")
	f, err := sniffContent(r, size, start, ext)
	if err != nil || f.read != nil {
		return f, err
	}
	if f.mediaType == formatBytes.mediaType {
		return unknown(f, ext, start), nil
	}
	if claims[ext] {
		f.reason = ReasonMismatch
		f.refused = "the name ends in ." + ext + ", but this is a " + f.name
	}
	return f, nil
}

func sniffContent(r io.ReaderAt, size int64, start []byte, ext string) (format, error) {
	switch {
	case bytes.Contains(start[:min(len(start), 1024)], []byte("%PDF-")):
		return formatPDF, nil
	case bytes.HasPrefix(start, []byte("PK\x03\x04")), bytes.HasPrefix(start, []byte("PK\x05\x06")):
		return sniffZip(r, size)
	case bytes.HasPrefix(start, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return sniffOLE(r)
	}
	for _, m := range magic {
		if len(start) > m.at && bytes.HasPrefix(start[m.at:], []byte(m.start)) && !textual(start, m.start) {
			return m.format, nil
		}
	}
	return sniffText(start, ext), nil
}

// textual tells whether a start of two or four letters is that of a text after all.
func textual(start []byte, magic string) bool {
	return (magic == "BM" || magic == "MZ" || magic == "AC10") && looksText(start)
}

// claims are the extensions of the formats that are read, so that a file behind one promised to be it.
var claims = newSet("pdf docx xlsx xlsm xls pptx odt ods odp eml png jpg jpeg gif webp tif tiff bmp txt md csv html htm")

// unknown words the refusal of bytes that no format claims.
func unknown(f format, ext string, start []byte) format {
	switch {
	case len(bytes.Trim(start, "\x00")) == 0:
		f.reason, f.refused = ReasonDamaged, "the file holds only zeros: it was probably not copied whole"
	case claims[ext]:
		f.reason, f.refused = ReasonDamaged, "the name ends in ."+ext+", but the content is not that, nor any other format known here"
	case ext != "":
		f.refused = "files that end in ." + ext + " cannot be read"
	}
	return f
}

// sniffText tells texts apart, by content where that is certain, else by extension.
func sniffText(start []byte, ext string) format {
	if !looksText(start) {
		return formatBytes
	}
	low := strings.ToLower(string(start[:min(len(start), 1024)]))
	switch {
	case ext == "eml" || looksMail(start):
		return formatMail
	case ext == "html" || ext == "htm" || strings.Contains(low, "<!doctype html") || strings.Contains(low, "<html"):
		return formatHTML
	case ext == "csv" || ext == "tsv":
		return formatCSV
	case ext == "md" || ext == "markdown":
		return formatMD
	}
	return formatText
}

// looksText tells whether bytes are text in an encoding that decodeText knows.
func looksText(b []byte) bool {
	if bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) {
		return true
	}
	odd := 0
	for _, c := range b {
		if c == 0 {
			return false
		}
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b || c == 0x7f {
			odd++
		}
	}
	if utf8.Valid(cutUTF8(b)) {
		return odd*20 <= len(b)
	}
	high := 0 // a single-byte encoding has few letters above ASCII in Dutch or English
	for _, c := range b {
		if c >= 0x80 {
			high++
		}
	}
	return odd*50 <= len(b) && high*4 <= len(b)
}

// cutUTF8 drops a rune that the end of the buffer cut in two.
func cutUTF8(b []byte) []byte {
	for i := 1; i <= 3 && i <= len(b); i++ {
		if utf8.RuneStart(b[len(b)-i]) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// looksMail tells whether a text starts with the header of a mail, and not with words and a colon.
func looksMail(start []byte) bool {
	found := 0
	for line := range bytes.Lines(start) {
		name, _, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') && found > 0 {
				continue
			}
			break
		}
		switch strings.ToLower(string(name)) {
		case "from", "to", "subject", "date", "message-id", "received", "return-path", "mime-version", "content-type", "delivered-to":
			found++
		default:
			if bytes.ContainsAny(name, " \t") {
				return false
			}
		}
	}
	return found >= 3
}

// sniffOLE tells the old Office formats apart, and finds the new ones behind a password.
func sniffOLE(r io.ReaderAt) (f format, err error) {
	defer func() {
		if p := recover(); p != nil {
			f, err = formatBytes, failf(ReasonDamaged, "the file is a broken old Office document")
		}
	}()
	doc, err := mscfb.New(r)
	if err != nil {
		return formatBytes, failf(ReasonDamaged, "the file is a broken old Office document: %v", err)
	}
	for _, e := range doc.File {
		switch e.Name {
		case "EncryptedPackage":
			return formatBytes, failf(ReasonPassword, "the Office document is encrypted with a password")
		case "Workbook", "Book":
			return formatXLS, nil
		case "WordDocument":
			return unsupported("Word document of before 2007 (.doc)", "application/msword", "save it as .docx or PDF"), nil
		case "PowerPoint Document":
			return unsupported("presentation of before 2007 (.ppt)", "application/vnd.ms-powerpoint", "save it as .pptx or PDF"), nil
		case "__properties_version1.0":
			return unsupported("Outlook message (.msg)", "application/vnd.ms-outlook", "save it as .eml or PDF"), nil
		}
	}
	return formatBytes, nil
}
