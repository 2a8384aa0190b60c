//go:build cgo && ((linux && (amd64 || arm64)) || (darwin && arm64)) && !noxla

package backend

/*
#cgo linux LDFLAGS: -ldl
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>

// The head of PJRT_Api (xla/pjrt/c/pjrt_c_api.h): every version of the interface begins like this.
typedef struct {
	size_t struct_size;
	void *extension_start;
	struct { size_t struct_size; void *extension_start; int major, minor; } version;
} api_head;

// Reads the version of a plugin. Returns NULL, or dlerror's text, which lives until the next dl call.
static const char *plugin_version(const char *path, int *major, int *minor) {
	void *lib = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
	if (lib == NULL) return dlerror();
	const api_head *(*get)(void) = (const api_head *(*)(void))dlsym(lib, "GetPjrtApi");
	if (get == NULL) return dlerror();
	const api_head *head = get();
	if (head == NULL) return "GetPjrtApi returned nothing";
	*major = head->version.major;
	*minor = head->version.minor;
	return NULL; // the library stays loaded: XLA's cannot be closed and opened again safely
}
*/
import "C"

import (
	"errors"
	"unsafe"

	_ "github.com/gomlx/go-xla/compute/xla" // registers "xla"
)

const xlaCompiledIn = true

func apiVersion(path string) (major, minor int, err error) {
	p := C.CString(path)
	defer C.free(unsafe.Pointer(p))
	var ma, mi C.int
	if msg := C.plugin_version(p, &ma, &mi); msg != nil {
		return 0, 0, errors.New(C.GoString(msg))
	}
	return int(ma), int(mi), nil
}
