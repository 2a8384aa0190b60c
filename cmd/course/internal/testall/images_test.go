package testall

import (
	"io"
	"strings"
	"testing"
)

// What is not asked for is counted as skipped, with its reason.
func TestImagesNotAsked(t *testing.T) {
	out, err := Images(t.Context(), t.TempDir(), io.Discard, false)
	if err != nil || len(out) != 1 || out[0].Status != Skipped || !strings.Contains(out[0].Detail, "--images") {
		t.Errorf("%+v, %v", out, err)
	}
}
