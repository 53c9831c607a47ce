// Command aanpak is the document and knowledge hub for tender teams; see README.md.
package main

import (
	"os"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/reader"
)

func main() {
	if reader.RunChildIfAsked() {
		return
	}
	os.Exit(app.Main())
}
