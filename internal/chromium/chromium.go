// Package chromium starts the real browser for tests.
package chromium

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Find gives the path of Chromium, Chrome or Edge, or skips the test with how to get one. COURSE_BROWSER names another.
func Find(t testing.TB) string {
	t.Helper()
	for _, name := range []string{os.Getenv("COURSE_BROWSER"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"} {
		if name == "" {
			continue
		}
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	t.Skip("no Chromium or Chrome on PATH: install chromium, or name one in COURSE_BROWSER")
	return ""
}

// Tab starts the browser without a window, and gives the context of its first tab, whose inside is width × height pixels.
// Both end with the test.
func Tab(t testing.TB, width, height int) context.Context {
	t.Helper()
	path := Find(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(width, height),
		chromedp.WSURLReadTimeout(time.Minute)) // it names its address late on a busy machine
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("%s does not start: %v", path, err)
	}
	return ctx
}
