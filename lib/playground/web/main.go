//go:build js && wasm

// Command web is package playground in a browser: it offers the page (index.html, app.js) a handful of functions, under
// the global name "playground", and nothing is computed elsewhere.
package main

import (
	"encoding/binary"
	"math"
	"syscall/js"

	"nncourse/lib/playground"
)

var session *playground.Session

// bytes hands numbers over as the bytes of a Float32Array.
func bytes(lists ...[]float32) js.Value {
	n := 0
	for _, l := range lists {
		n += len(l)
	}
	b := make([]byte, 0, 4*n)
	for _, l := range lists {
		for _, x := range l {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
		}
	}
	a := js.Global().Get("Uint8Array").New(len(b))
	js.CopyBytesToJS(a, b)
	return js.Global().Get("Float32Array").New(a.Get("buffer"))
}

func main() {
	js.Global().Set("playground", map[string]any{
		// load begins the state of a link; it answers with an error's text, or "".
		"load": js.FuncOf(func(_ js.Value, args []js.Value) any {
			s, err := playground.Parse(args[0].String())
			if err == nil {
				var p *playground.Session
				if p, err = playground.New(s); err == nil {
					session = p
					return ""
				}
			}
			return err.Error()
		}),
		// link gives the state as a link, with the weights if asked for.
		"link": js.FuncOf(func(_ js.Value, args []js.Value) any {
			s := session.State()
			if !args[0].Bool() {
				s.Weights, s.Epoch = nil, 0
			}
			return s.Link()
		}),
		"step": js.FuncOf(func(_ js.Value, args []js.Value) any {
			for range args[0].Int() {
				session.Step()
			}
			return nil
		}),
		"epoch": js.FuncOf(func(js.Value, []js.Value) any { return session.State().Epoch }),
		"loss": js.FuncOf(func(js.Value, []js.Value) any {
			train, test := session.Loss()
			return []any{train, test}
		}),
		// points gives x, y, class, 1 if it tests; four numbers a point.
		"points": js.FuncOf(func(js.Value, []js.Value) any {
			var list []float32
			train, test := session.Points()
			for k, part := range [][]playground.Point{train, test} {
				for _, p := range part {
					list = append(list, float32(p.X), float32(p.Y), float32(p.Class), float32(k))
				}
			}
			return bytes(list)
		}),
		"surfaces": js.FuncOf(func(_ js.Value, args []js.Value) any { return bytes(session.Surfaces(args[0].Int())...) }),
		// weights gives the parameters: of each layer W row by row, then b.
		"weights": js.FuncOf(func(js.Value, []js.Value) any {
			var list []float32
			for _, w := range session.State().Weights {
				list = append(list, float32(w))
			}
			return bytes(list)
		}),
		// regions gives the polygons of the linear regions: the number of corners, then x, y of each; null if the
		// network has none to show.
		"regions": js.FuncOf(func(js.Value, []js.Value) any {
			polygons, ok := session.Regions()
			if !ok {
				return nil
			}
			var list []float32
			for _, p := range polygons {
				list = append(list, float32(len(p)))
				for _, v := range p {
					list = append(list, float32(v[0]), float32(v[1]))
				}
			}
			return bytes(list)
		}),
	})
	js.Global().Call("playgroundReady")
	select {}
}
