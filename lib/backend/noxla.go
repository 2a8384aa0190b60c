//go:build !(cgo && ((linux && (amd64 || arm64)) || (darwin && arm64)) && !noxla)

package backend

import "errors"

const xlaCompiledIn = false

func apiVersion(string) (major, minor int, err error) {
	return 0, 0, errors.New("this program was built without XLA")
}
