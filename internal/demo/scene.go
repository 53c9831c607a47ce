package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"

	"golang.org/x/image/vector"
)

// The size of a drawn scene in pixels.
const sceneWidth, sceneHeight = 1280, 720

// drawing is a picture that flat shapes are laid on.
type drawing struct{ *image.RGBA }

// The colours of scenes.
var (
	sky    = hues(0xcfe4f1, 0xf6e2c6, 0xdfeadd)
	brick  = hues(0xb5583c, 0xc9713f, 0x9c4a3a, 0xd08a54)
	roofs  = hues(0x4a3b3a, 0x5b4742, 0x3f4650)
	glass  = hues(0xdcecf4, 0xfff0c2)
	green  = hues(0x8fae7a, 0x6f9468)
	steel  = hues(0xf2b705, 0x8c97a3, 0x27364a)
	panel  = hues(0x27456e, 0x3a5f92)
	white  = hues(0xfbf8f2)[0]
	sunlit = hues(0xf7c66b)[0]
)

// scenes are the pictures of news, by name.
var scenes = map[string]func(drawing){"street": drawing.street, "crane": drawing.crane, "solar": drawing.solar, "office": drawing.office}

// scene draws a picture of nowhere in particular, always the same for a name.
func scene(name string) ([]byte, error) {
	f := scenes[name]
	if f == nil {
		return nil, fmt.Errorf("there is no scene %q", name)
	}
	d := drawing{image.NewRGBA(image.Rect(0, 0, sceneWidth, sceneHeight))}
	f(d)
	var b bytes.Buffer
	err := png.Encode(&b, d)
	return b.Bytes(), err
}

// fill draws a shape of points x, y, x, y….
func (d drawing) fill(c color.RGBA, points ...float32) {
	r := vector.NewRasterizer(sceneWidth, sceneHeight)
	r.MoveTo(points[0], points[1])
	for i := 2; i < len(points); i += 2 {
		r.LineTo(points[i], points[i+1])
	}
	r.ClosePath()
	r.Draw(d, d.Bounds(), image.NewUniform(c), image.Point{})
}

func (d drawing) box(c color.RGBA, x, y, w, h float32) { d.fill(c, x, y, x+w, y, x+w, y+h, x, y+h) }

// disc is a circle of four curves.
func (d drawing) disc(c color.RGBA, x, y, r float32) {
	const k = .5523
	v := vector.NewRasterizer(sceneWidth, sceneHeight)
	v.MoveTo(x+r, y)
	v.CubeTo(x+r, y+k*r, x+k*r, y+r, x, y+r)
	v.CubeTo(x-k*r, y+r, x-r, y+k*r, x-r, y)
	v.CubeTo(x-r, y-k*r, x-k*r, y-r, x, y-r)
	v.CubeTo(x+k*r, y-r, x+r, y-k*r, x+r, y)
	v.ClosePath()
	v.Draw(d, d.Bounds(), image.NewUniform(c), image.Point{})
}

// ground is the sky, a sun and the land up to a height.
func (d drawing) ground(above color.RGBA, height float32) {
	draw.Draw(d, d.Bounds(), image.NewUniform(above), image.Point{}, draw.Src)
	d.disc(sunlit, 1040, 150, 70)
	d.disc(green[0], 180, height+250, 420)
	d.disc(green[0], 900, height+420, 560)
	d.box(green[1], 0, height, sceneWidth, sceneHeight-height)
}

// windows are rows of panes on a front.
func (d drawing) windows(x, y, w, h float32, columns, rows int) {
	across, down := w/float32(columns), h/float32(rows)
	for i := range columns * rows {
		left, top := x+float32(i%columns)*across, y+float32(i/columns)*down
		d.box(white, left+across*.16, top+down*.16, across*.68, down*.68)
		d.box(glass[i%5/4], left+across*.21, top+down*.21, across*.58, down*.58)
	}
}

// house is one of a row.
func (d drawing) house(x, w float32, n int) {
	const floor, eaves, ridge = 600, 330, 210
	d.box(brick[n%len(brick)], x, eaves, w, floor-eaves)
	d.fill(roofs[n%len(roofs)], x-8, eaves, x+w/2, ridge, x+w+8, eaves)
	d.box(brick[(n+2)%len(brick)], x+w*.7, ridge+14, 26, 70)
	d.windows(x+12, eaves+14, w-24, 110, 2, 1)
	d.windows(x+12, eaves+136, w*.5, 110, 1, 1)
	d.box(steel[2], x+w*.62, floor-128, w*.24, 128)
}

func (d drawing) street() {
	d.ground(sky[1], 560)
	for i := range 6 {
		d.house(50+float32(i)*200, 190, i)
	}
	d.box(shade(white, .86), 0, 600, sceneWidth, 120)
	d.box(shade(white, .72), 0, 648, sceneWidth, 72)
}

func (d drawing) crane() {
	d.ground(sky[0], 590)
	d.box(shade(white, .93), 180, 250, 420, 350)
	d.windows(190, 262, 400, 330, 5, 4)
	for i := range 7 { // scaffolding
		d.box(steel[1], 160+float32(i)*76, 220, 6, 380)
	}
	for i := range 5 {
		d.box(shade(sunlit, .8), 152, 240+float32(i)*86, 476, 9)
	}
	d.box(steel[0], 800, 120, 26, 480) // tower crane
	for i := range 12 {
		y := 130 + float32(i)*40
		d.fill(shade(steel[0], .75), 800, y, 826, y+30, 826, y+36, 800, y+6)
	}
	d.fill(steel[0], 420, 128, 813, 64, 1130, 128, 1130, 146, 420, 146)
	d.fill(sky[0], 520, 126, 806, 82, 806, 126)
	d.fill(sky[0], 830, 126, 830, 84, 1040, 126)
	d.box(steel[2], 1060, 146, 60, 56)
	d.box(steel[2], 478, 146, 4, 170)
	d.box(brick[1], 446, 316, 68, 34)
	d.box(shade(green[1], .8), 0, 600, sceneWidth, 120)
}

func (d drawing) solar() {
	d.ground(sky[2], 540)
	d.box(brick[3], 200, 420, 880, 240)
	d.windows(220, 446, 840, 150, 7, 1)
	d.fill(roofs[2], 120, 430, 330, 170, 1000, 170, 1160, 430)
	for row := range 3 {
		for i := range 7 {
			y, step := 200+float32(row)*72, float32(row)*-46
			left := 356 + step + float32(i)*(82+float32(row)*13)
			wide := 74 + float32(row)*12
			d.fill(panel[(row+i)%2], left+14, y, left+wide+10, y, left+wide, y+60, left, y+60)
		}
	}
	d.box(shade(green[1], .82), 0, 650, sceneWidth, 70)
}

func (d drawing) office() {
	d.ground(sky[1], 560)
	d.box(steel[2], 150, 130, 620, 500)
	d.windows(166, 146, 588, 400, 6, 4)
	d.box(brick[0], 770, 290, 360, 340)
	d.windows(790, 310, 320, 220, 4, 2)
	d.box(glass[1], 400, 552, 120, 78)
	for i := range 4 {
		x := 80 + float32(i)*360
		d.box(roofs[0], x-7, 560, 14, 80)
		d.disc(shade(green[1], .86), x, 530, 56)
	}
	d.box(shade(white, .82), 0, 630, sceneWidth, 90)
}
