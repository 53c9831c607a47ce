package demo

import (
	"bytes"
	"hash/fnv"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"math/rand/v2"
	"strings"
)

// portraitSide is the side of a drawn face in pixels.
const portraitSide = 320

// canvas is a picture that shapes are laid on, in parts of its side.
type canvas struct{ *image.RGBA }

// The colours that faces are made of.
var (
	grounds = hues(0xdfe9f2, 0xf3e3d3, 0xe2ecdf, 0xeadff0, 0xf4dfe2, 0xdcecec, 0xf1ecd6, 0xdde3ee)
	skins   = hues(0xf6d7c0, 0xeec1a1, 0xd9a27c, 0xb97d57, 0x8c5a3c, 0x6b432d)
	hairs   = hues(0x2b211c, 0x4b3325, 0x7a5231, 0xb07d45, 0xd9b66c, 0x8f8f92, 0xa6522b)
	clothes = hues(0x2f4b6e, 0x7a3b46, 0x3f6b58, 0x565d68, 0x8a6a2f, 0x4f4a7d, 0x24696f)
	helmets = hues(0xf2b705, 0xf4f4f2)
	dark    = hues(0x2a2320)[0]
	orange  = hues(0xf07a13)[0]
)

func hues(list ...uint32) (out []color.RGBA) {
	for _, c := range list {
		out = append(out, color.RGBA{uint8(c >> 16), uint8(c >> 8), uint8(c), 255})
	}
	return out
}

// portrait draws the face of somebody who does not exist, always the same for a key. Who works outside wears a helmet and a vest.
func portrait(key, function string, long bool) []byte {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(key))
	r := rand.New(rand.NewPCG(sum.Sum64(), 7))
	pick := func(list []color.RGBA) color.RGBA { return list[r.IntN(len(list))] }
	c := canvas{image.NewRGBA(image.Rect(0, 0, portraitSide, portraitSide))}
	skin, hair, wear := pick(skins), pick(hairs), pick(clothes)
	outside := strings.HasPrefix(function, "Uitvoerder")
	if outside {
		wear = orange
	}
	draw.Draw(c, c.Bounds(), image.NewUniform(pick(grounds)), image.Point{}, draw.Src)
	width := .155 + .02*r.Float64()
	if long {
		c.ellipse(.5, .50, width+.055, .27, hair)
	}
	c.ellipse(.5, 1.02, .36, .28, wear)
	c.ellipse(.5, .70, .075, .13, shade(skin, .9))
	c.ellipse(.5, .46, width, .2, skin)
	c.ellipse(.5-width, .47, .022, .04, shade(skin, .94))
	c.ellipse(.5+width, .47, .022, .04, shade(skin, .94))
	c.look(r, width, shade(hair, .8), skin)
	if outside {
		c.helmet(width, pick(helmets))
	} else {
		c.fringe(r, width, hair)
	}
	var b bytes.Buffer
	_ = png.Encode(&b, c) // into memory
	return b.Bytes()
}

// look is eyes, brows, nose and mouth, and glasses on some.
func (c canvas) look(r *rand.Rand, width float64, brow, skin color.RGBA) {
	glasses := r.IntN(4) == 0
	for _, side := range []float64{-1, 1} {
		x := .5 + side*width*.45
		c.ellipse(x, .455, .014, .017, dark)
		c.ellipse(x, .415+.008*r.Float64(), .032, .008, brow)
		if glasses {
			c.ring(x, .457, .045, .008, dark)
		}
	}
	c.ellipse(.5, .51, .016, .026, shade(skin, .9))
	smile := .03 + .025*r.Float64()
	c.ellipse(.5, .575, .05, smile, shade(skin, .62))
	c.ellipse(.5, .575-smile*.6, .06, smile*.95, skin)
}

// fringe is the hair above the forehead, parted somewhere.
func (c canvas) fringe(r *rand.Rand, width float64, hair color.RGBA) {
	c.over(.5, .44, width+.018, .215, .36, hair)
	part := .47 + .06*r.Float64()
	c.ellipse(part-.07, .35, .085, .042, hair)
	c.ellipse(part+.07, .35, .085, .037, hair)
}

func (c canvas) helmet(width float64, hue color.RGBA) {
	c.over(.5, .38, width+.035, .19, .36, hue)
	c.ellipse(.5, .365, width+.075, .022, shade(hue, .88))
	c.ellipse(.5, .28, .02, .085, shade(hue, .94))
}

// shade makes a colour darker.
func shade(c color.RGBA, by float64) color.RGBA {
	return color.RGBA{uint8(float64(c.R) * by), uint8(float64(c.G) * by), uint8(float64(c.B) * by), 255}
}

func (c canvas) ellipse(x, y, rx, ry float64, hue color.RGBA) { c.over(x, y, rx, ry, 1, hue) }

// over fills the part of an ellipse above a line, with a soft edge.
func (c canvas) over(x, y, rx, ry, line float64, hue color.RGBA) {
	const side = float64(portraitSide)
	for py := max(0, int((y-ry)*side)); py < min(portraitSide, int((y+ry)*side)+2); py++ {
		for px := max(0, int((x-rx)*side)); px < min(portraitSide, int((x+rx)*side)+2); px++ {
			dx, dy := float64(px)/side-x, float64(py)/side-y
			if dy+y > line {
				continue
			}
			distance := (math.Hypot(dx/rx, dy/ry) - 1) * min(rx, ry) * side
			c.mix(px, py, hue, min(1, max(0, .5-distance)))
		}
	}
}

// ring is the rim of a glass.
func (c canvas) ring(x, y, r, thick float64, hue color.RGBA) {
	const side = float64(portraitSide)
	for py := int((y - 2*r) * side); py < int((y+2*r)*side); py++ {
		for px := int((x - 2*r) * side); px < int((x+2*r)*side); px++ {
			distance := (math.Abs(math.Hypot(float64(px)/side-x, float64(py)/side-y)-r) - thick/2) * side
			c.mix(px, py, hue, min(1, max(0, .5-distance)))
		}
	}
}

// mix lays a colour over a pixel.
func (c canvas) mix(x, y int, hue color.RGBA, share float64) {
	if share == 0 {
		return
	}
	was := c.RGBAAt(x, y)
	blend := func(a, b uint8) uint8 { return uint8(float64(a)*(1-share) + float64(b)*share + .5) }
	c.SetRGBA(x, y, color.RGBA{blend(was.R, hue.R), blend(was.G, hue.G), blend(was.B, hue.B), 255})
}
