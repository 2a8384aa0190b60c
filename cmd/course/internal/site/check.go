package site

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Report counts what Check looked at.
type Report struct {
	Files  int `json:"files"`
	Links  int `json:"links"`  // within the site, with their places
	Images int `json:"images"` // each has words
	Away   int `json:"away"`   // links that lead elsewhere, followed only by a click
}

// elsewhere matches what a style sheet would fetch from another place.
var elsewhere = regexp.MustCompile(`(?:url\(\s*["']?|@import\s+["'])(?:https?:)?//`)

// Check reads every page and style sheet of a built site: each link within it leads to a file and a place that are there,
// each picture has words for those who do not see it, and nothing that a browser loads by itself lies elsewhere. The error
// names what does not hold.
func Check(dir string) (Report, error) {
	var r Report
	var wrong []error
	bad := func(page, format string, args ...any) {
		if len(wrong) < 40 {
			wrong = append(wrong, fmt.Errorf("%s: %s", page, fmt.Sprintf(format, args...)))
		}
	}
	type ref struct{ page, file, place string }
	var refs []ref
	places := map[string]map[string]bool{} // file → ids, nil for what is not a page
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		page := filepath.ToSlash(rel)
		places[page] = nil
		r.Files++
		if strings.HasSuffix(page, ".css") {
			b, err := os.ReadFile(name)
			if m := elsewhere.Find(b); m != nil {
				bad(page, "loads from elsewhere: %s…", m)
			}
			return err
		}
		if !strings.HasSuffix(page, ".html") {
			return nil
		}
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		ids := map[string]bool{"": true, "top": true}
		places[page] = ids
		z := html.NewTokenizer(f)
		for {
			switch z.Next() {
			case html.ErrorToken:
				return nil
			case html.StartTagToken, html.SelfClosingTagToken:
			default:
				continue
			}
			t := z.Token()
			attr := func(name string) (string, bool) {
				i := slices.IndexFunc(t.Attr, func(a html.Attribute) bool { return a.Key == name })
				if i < 0 {
					return "", false
				}
				return t.Attr[i].Val, true
			}
			if id, ok := attr("id"); ok {
				ids[id] = true
			}
			if t.Data == "img" {
				r.Images++
				if alt, _ := attr("alt"); strings.TrimSpace(alt) == "" {
					src, _ := attr("src")
					bad(page, "a picture without words: %.60s", src)
				}
			}
			for _, key := range []string{"href", "src", "action", "poster", "data"} {
				target, ok := attr(key)
				if !ok || strings.HasPrefix(target, "data:") {
					continue
				}
				u, err := url.Parse(target)
				if err != nil {
					bad(page, "no address: %s", target)
					continue
				}
				if u.Scheme != "" || u.Host != "" {
					if t.Data == "a" && key == "href" && (u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "mailto") {
						r.Away++
					} else {
						bad(page, "<%s> loads from elsewhere: %s", t.Data, target)
					}
					continue
				}
				file := page
				if u.Path != "" {
					file = path.Join(path.Dir(page), u.Path)
				}
				r.Links++
				refs = append(refs, ref{page, file, u.Fragment})
			}
		}
	})
	for _, x := range refs {
		ids, there := places[x.file]
		switch {
		case !there:
			bad(x.page, "a link to %s, which is not there", x.file)
		case ids != nil && !ids[x.place] && x.file != "playground.html": // there a place is a state
			bad(x.page, "a link to %s#%s: no such place", x.file, x.place)
		}
	}
	return r, errors.Join(append(wrong, err)...)
}
