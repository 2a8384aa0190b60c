//go:build js && wasm

// Command web is package widgets in a browser: it offers the page (widgets.js) one function, courseWidget(name, settings), which
// gives the answer as JSON, or {"Error": …}.
package main

import (
	"encoding/json"
	"syscall/js"

	"nncourse/lib/playground/widgets"
)

func main() {
	js.Global().Set("courseWidget", js.FuncOf(func(_ js.Value, args []js.Value) any {
		b, err := widgets.Run(args[0].String(), []byte(args[1].String()))
		if err != nil {
			b, _ = json.Marshal(map[string]string{"Error": err.Error()})
		}
		return string(b)
	}))
	js.Global().Call("courseWidgetsReady")
	select {}
}
