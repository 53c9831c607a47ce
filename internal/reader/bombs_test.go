package reader

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"io"
	"testing"
)

// zeroes writes n blanks, compressed as PDF streams are.
func zeroes(tb testing.TB, w io.Writer, n int64) {
	tb.Helper()
	z := zlib.NewWriter(w)
	blank := bytes.Repeat([]byte{' '}, 1<<20)
	for ; n > 0; n -= int64(len(blank)) {
		if _, err := z.Write(blank); err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
}

// fixPNG makes the checksum of the header right again.
func fixPNG(b []byte) []byte {
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

// bombPNG is a few bytes that claim size × size pixels in colour, which take four bytes each before the first is read.
func bombPNG(tb testing.TB, size uint32) []byte {
	b := makePNG(tb, 10, 10)
	binary.BigEndian.PutUint32(b[16:], size)
	binary.BigEndian.PutUint32(b[20:], size)
	b[24], b[25] = 8, 6
	return fixPNG(b)
}
