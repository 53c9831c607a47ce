package demo

import (
	"fmt"
)

// render makes the bytes of a document. They depend on nothing but the file and those it names.
func render(f *file, byPath map[string]*file) ([]byte, error) {
	if f.CopyOf != "" {
		original := byPath[f.CopyOf]
		if original == nil || original.CopyOf != "" {
			return nil, fmt.Errorf("there is no file %q to copy", f.CopyOf)
		}
		return render(original, byPath)
	}
	switch f.Format {
	case "pdf":
		return renderPDF(f)
	case "broken":
		b, err := renderPDF(f)
		return b[:min(len(b), 700)], err
	case "docx":
		return renderDOCX(f)
	case "odt":
		return renderODT(f)
	case "pptx":
		return renderPPTX(f)
	case "xlsx":
		return renderXLSX(f)
	case "md", "eml":
		return []byte(f.text), nil
	}
	return nil, fmt.Errorf("nothing makes the format %q", f.Format)
}
