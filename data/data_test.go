package data

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestManifest(t *testing.T) {
	sets, err := load()
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{"mnist": 4, "fashion-mnist": 4, "cifar10": 1, "imagenette": 1, "fsdd": 900, "texture-vs-shape": 480, "caltech101": 800}
	for _, s := range sets {
		if n, ok := counts[s.Name]; ok {
			if len(s.Files) != n {
				t.Errorf("%s: %d files, want %d", s.Name, len(s.Files), n)
			}
			delete(counts, s.Name)
		}
	}
	if len(counts) > 0 {
		t.Errorf("sets without an entry: %v", counts)
	}
	mnist, ok := ByName("mnist")
	if !ok || mnist.Size() != 9912422+28881+1648877+4542 {
		t.Errorf("mnist: %d bytes", mnist.Size())
	}
	f, ok := Lookup("mnist", "t10k-labels-idx1-ubyte.gz")
	if !ok || f.Checksum() != "sha256:f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6" {
		t.Errorf("Lookup: %+v, %v", f, ok)
	}
	if a := mnist.Addresses(f); len(a) < 2 || !strings.HasSuffix(a[0], "/mnist/t10k-labels-idx1-ubyte.gz") {
		t.Errorf("addresses %q", a)
	}
	if _, ok := Lookup("mnist", "nothing"); ok {
		t.Error("Lookup finds what is not there")
	}
	if _, ok := ByName("nothing"); ok {
		t.Error("ByName finds what is not there")
	}
	tvs, _ := ByName("texture-vs-shape")
	if a := tvs.Addresses(tvs.Files[0]); !strings.HasSuffix(a[0], "/stimuli/style-transfer-preprocessed-512/airplane/airplane10-dog3.png") {
		t.Errorf("the path behind the base is not used: %q", a)
	}
}

func TestParseRefuses(t *testing.T) {
	const good = `{"sets":[{"name":"a","title":"t","folder":"a","licence":"l","licence_note":"n","used_by":[],"checksum_from":"c",
		"bases":["https://host/"],"files":[{"path":"f","size":1,"md5":"00112233445566778899aabbccddeeff"}]}]}`
	none := func(string) ([]byte, error) { return nil, errors.New("no list") }
	sets, err := Parse([]byte(good), none)
	if err != nil {
		t.Fatal(err)
	}
	if got := sets[0].Files[0].Checksum(); got != "md5:00112233445566778899aabbccddeeff" {
		t.Errorf("checksum %q", got)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"size":1`, `"size":0`, "positive"},
		{`"md5":"00`, `"md5":"`, "hexadecimal"},
		{`"md5":"00112233445566778899aabbccddeeff"`, `"made":"so"`, "no checksum"},
		{`"path":"f"`, `"path":"../f"`, "relative"},
		{`"path":"f"`, `"path":"/f"`, "relative"},
		{`"folder":"a"`, `"folder":"a/b"`, "plain name"},
		{`"https://host/"`, ``, "neither an address"},
		{`"https://host/"`, `"ftp://host/"`, "not http"},
		{`"title":"t",`, ``, "must all be there"},
		{`"title"`, `"titel"`, "unknown field"},
		{`"bases"`, `"list":"x","bases"`, "no list"},
		{`[{"path"`, `[{"path":"f","size":1,"md5":"00112233445566778899aabbccddeeff"},{"path"`, "twice"},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		if bad == good {
			t.Fatalf("nothing replaced for %q", c.old)
		}
		if _, err := Parse([]byte(bad), none); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s → %s: error %v, want one with %q", c.old, c.new, err, c.want)
		}
	}
	for _, bad := range []string{"aa\t1", "aa\tx\tp"} {
		if _, err := parseList("l", bad); err == nil {
			t.Errorf("list %q is accepted", bad)
		}
	}
}

func ExampleByName() {
	s, _ := ByName("mnist")
	fmt.Println(s.Title)
	fmt.Println(s.Licence, len(s.Files), s.Size())
	// Output:
	// MNIST: handwritten digits, 60000 + 10000, 28×28, 10 classes
	// CC BY-SA 3.0 4 11594722
}
