package main

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// picture draws a page of grey lines, different for each number.
func picture(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(strings.TrimSuffix(r.PathValue("n"), ".svg"))
	w.Header().Set("Content-Type", "image/svg+xml")
	fmt.Fprint(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297"><rect width="210" height="297" fill="#fff"/>`)
	fmt.Fprintf(w, `<rect x="24" y="26" width="%d" height="7" rx="1" fill="#33415c"/>`, 70+n*23%70)
	y := 46
	for i := 0; y < 262; i++ {
		switch {
		case (i+n)%9 == 8:
			fmt.Fprintf(w, `<rect x="24" y="%d" width="%d" height="4.500" rx="1" fill="#5a6b86"/>`, y+5, 40+(i*n)%50)
			y += 15
		case n%4 == 2 && i == 6:
			fmt.Fprintf(w, `<rect x="24" y="%d" width="162" height="58" fill="#dfe6ee"/><path d="M24 %dl40-22 32 14 40-30 50 24v14z" fill="#9db4cc"/>`, y, y+58)
			y += 68
		default:
			fmt.Fprintf(w, `<rect x="24" y="%d" width="%d" height="2.600" rx="1" fill="#b9c2ce"/>`, y, 162-(i*i*7+n*13)%47*(i%4)/3)
			y += 7
		}
	}
	fmt.Fprintf(w, `<text x="186" y="280" font-size="7" text-anchor="end" fill="#8793a3" font-family="sans-serif">%d</text></svg>`, n)
}
