package feedback

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"nncourse/grading"
	"nncourse/grading/class"
	"nncourse/grading/feedback/page"
)

// birds are the names of pseudonyms.
var birds = strings.Fields(`Albatross Auk Bittern Bunting Buzzard Chough Coot Crane Crossbill Curlew Dipper Dove Dunlin Eider Falcon Finch
	Flamingo Gannet Godwit Goldeneye Goose Grebe Guillemot Gull Harrier Heron Hobby Hoopoe Ibis Jackdaw Jay Kestrel Kingfisher Kite Knot Lapwing Lark
	Linnet Loon Magpie Martin Merlin Nightjar Nuthatch Oriole Osprey Owl Partridge Pelican Petrel Pipit Plover Puffin Quail Raven Redstart
	Robin Rook Sandpiper Shrike Siskin Skua Smew Snipe Sparrow Starling Stilt Stork Swallow Swan Swift Teal Tern Thrush Warbler Waxwing
	Whimbrel Wigeon Wren`)

// Pseudonym gives a student's name on pages that the class reads: "Heron 4821". It follows from the secret and the student and from nothing
// else, so it is the same in every run and for every exercise, and nobody without the secret finds the student.
func Pseudonym(secret []byte, student string) string {
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "leaderboard %d:%s", len(student), student)
	n := binary.BigEndian.Uint64(mac.Sum(nil))
	return fmt.Sprintf("%s %04d", birds[n%uint64(len(birds))], n/uint64(len(birds))%10_000)
}

type boardPage struct {
	Title, Course, Exercise string
	Order                   string
	Why                     string // what "without" means
	Columns                 []boardColumn
	Rows                    []boardRow
	Students, Nothing       int
	Pseudonyms              bool
	JSON                    string
}

type boardColumn struct {
	Name string
	Bar  bool
}

type boardRow struct {
	Rank, Name, Kind string
	Cells            []boardCell
}

type boardCell struct {
	Text  string
	Bar   bool
	Value float64
}

var boardTemplate = page.New("leaderboard", `<header class="top">
{{with .Course}}<p class="course">{{line .}}</p>{{end}}
<h1>Leaderboard: {{line .Exercise}}</h1>
</header>
<main>
<p>{{.Students}} {{if eq .Students 1}}student{{else}}students{{end}}{{with .Nothing}}; {{.}} more without a measured result{{end}}. {{.Order}}</p>
{{if .Pseudonyms}}<p class="soft">Names are pseudonyms: each student’s feedback page tells its own.</p>{{end}}
<div class="scroll" tabindex="0" role="region" aria-label="Leaderboard of {{line .Exercise}}">
<table>
<caption>Results, the best first; in brackets intervals of confidence 95 %</caption>
<thead><tr><th scope="col" class="num">Rank</th><th scope="col">Name</th>{{range .Columns}}<th scope="col"{{if not .Bar}} class="num"{{end}}>{{line .Name}}</th>{{end}}</tr></thead>
<tbody>
{{range .Rows}}<tr><td class="num">{{.Rank}}</td><th scope="row">{{if eq .Kind "standing"}}<span class="soft">{{line .Name}}</span><br><span class="tag unbuilt">for comparison</span>{{else}}<bdi>{{line .Name}}</bdi>{{end}}{{if eq .Kind "without"}}<br><span class="tag other">no rank</span>{{end}}</th>{{range .Cells}}<td{{if not .Bar}} class="num"{{end}}>{{.Text}}{{if .Bar}}{{meter .Value 1}}{{end}}</td>{{end}}</tr>
{{end}}</tbody>
</table>
</div>
{{with .Why}}<p>No rank: {{.}}.</p>{{end}}
</main>
<footer><p>Differences within the intervals are luck with the pictures. The same table for programs: <code>{{.JSON}}</code>.</p></footer>
`, map[string]any{"meter": meter})

// LeaderboardOptions are what a leaderboard says besides the figures.
type LeaderboardOptions struct {
	Course string
	Name   func(s class.StudentResult) string // on the page; nil means the student's name
	Alias  bool                               // Name gives pseudonyms
	JSON   string                             // relative address of the JSON form
}

// leaderboardJSON is the form for programs.
type leaderboardJSON struct {
	Schema   int             `json:"schema"`
	Exercise string          `json:"exercise"`
	Title    string          `json:"title"`
	By       []string        `json:"by"` // figures, the first first; with a minus the smaller is the better
	Places   []grading.Place `json:"places"`
	Nothing  int             `json:"without_figures"` // students who handed in, and nothing was measured
}

func places(slug, title string, b *grading.Leaderboard, all []class.StudentResult, o LeaderboardOptions) leaderboardJSON {
	j := leaderboardJSON{Schema: 1, Exercise: slug, Title: title, By: b.By}
	var rows []grading.Standing
	for _, s := range all {
		for _, r := range s.Results {
			switch {
			case r.Exercise != slug || r.State == class.Missing:
			case r.Report == nil || len(r.Report.Figures) == 0:
				j.Nothing++
			default:
				name := full(s)
				if o.Name != nil {
					name = o.Name(s)
				}
				rows = append(rows, grading.Standing{Name: name, Figures: r.Report.Figures})
			}
		}
	}
	j.Places = b.Places(rows)
	return j
}

// WriteLeaderboard writes the page that the class reads. It holds names, figures, and nothing else of the results.
func WriteLeaderboard(w io.Writer, slug, title string, b *grading.Leaderboard, all []class.StudentResult, o LeaderboardOptions) error {
	j := places(slug, title, b, all, o)
	p := boardPage{Title: "Leaderboard: " + title, Course: o.Course, Exercise: title, Nothing: j.Nothing, Pseudonyms: o.Alias, JSON: o.JSON}
	names := map[string]grading.Figure{}
	for _, row := range j.Places {
		for _, f := range row.Figures {
			names[f.ID] = f
		}
	}
	for _, id := range b.Columns {
		c := boardColumn{Name: names[id].Name, Bar: names[id].Unit == "share"}
		if c.Name == "" {
			c.Name = id
		}
		p.Columns = append(p.Columns, c)
	}
	for i, id := range b.By {
		id, less := strings.CutPrefix(id, "-")
		name := strings.ToLower(names[id].Name)
		switch {
		case i == 0:
			p.Order = "Ordered by " + name
		case less:
			p.Order += ", then by fewer " + name
		default:
			p.Order += ", then by " + name
		}
	}
	p.Order += "."
	for _, place := range j.Places {
		row := boardRow{Rank: "–", Name: place.Name, Kind: place.Kind}
		if place.Kind != "standing" {
			p.Students++
		}
		if place.Rank > 0 {
			row.Rank = fmt.Sprint(place.Rank)
		}
		if place.Kind == "without" {
			p.Why = b.Why
		}
		for _, c := range b.Columns {
			cell := boardCell{Text: "–"}
			for _, f := range place.Figures {
				if f.ID == c {
					cell = boardCell{f.Text(), f.Unit == "share", f.Value}
				}
			}
			row.Cells = append(row.Cells, cell)
		}
		p.Rows = append(p.Rows, row)
	}
	return boardTemplate.Execute(w, p)
}

// leaderboards writes dir/leaderboard-SLUG.html and .json for each exercise that has one.
func (p *Pages) leaderboards(dir string, all []class.StudentResult) error {
	if p.Leaderboard == nil {
		return nil
	}
	o := LeaderboardOptions{Course: p.Course, Alias: p.Alias != nil}
	if p.Alias != nil {
		o.Name = func(s class.StudentResult) string { return p.Alias(s.ID) }
	}
	for _, x := range exercisesOf(all) {
		b := p.Leaderboard(x.slug)
		if b == nil {
			continue
		}
		name := "leaderboard-" + class.SafeName(x.slug)
		o.JSON = name + ".json"
		text, err := json.MarshalIndent(places(x.slug, x.title, b, all, o), "", "  ")
		if err != nil {
			return err
		}
		write := func(file string, make func(w io.Writer) error) error {
			return page.Write(filepath.Join(dir, file), make)
		}
		if err := write(o.JSON, func(w io.Writer) error { _, err := io.Copy(w, bytes.NewReader(append(text, '\n'))); return err }); err != nil {
			return err
		}
		if err := write(name+".html", func(w io.Writer) error { return WriteLeaderboard(w, x.slug, x.title, b, all, o) }); err != nil {
			return err
		}
	}
	return nil
}
