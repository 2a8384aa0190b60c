package notebook

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestDiffers(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		tol        float64
		differ     bool
	}{
		{"same", "error 1.0e-3 after 12 steps", "error 1.0e-3 after 12 steps", 0.01, false},
		{"close number", "accuracy 99.12 %", "accuracy 99.05 %", 0.01, false},
		{"far number", "accuracy 99.12 %", "accuracy 90.00 %", 0.01, true},
		{"other word", "✓ it converges", "✗ it diverges", 0.5, true},
		{"one word more", "a b", "a b c", 0.5, true},
		{"sign", "slope -1", "slope 1", 0.5, true},
		{"minus sign of typesetting", "slope −1.00", "slope -1.0", 0.01, false},
		{"round-off", "residual 1.2e-16", "residual 3e-17", 0.01, false},
		{"round-off against a value", "residual 1.2e-16", "residual 0.3", 0.01, true},
		{"NaN is no number", "loss NaN", "loss 0.3", 0.01, true},
		{"time", "trained in ⏱ 12.3 s, loss 0.5", "trained in ⏱ 345 ms, loss 0.5", 0.01, false},
		{"time does not hide what follows", "⏱ 1.5 s loss 0.5", "⏱ 1.5 s loss 0.7", 0.01, true},
		{"white space", "a  b\n", "a b", 0, false},
		{"number within a word", "x1 x2", "x1 x3", 0.01, true},
	} {
		if why := differs(c.a, c.b, c.tol); (why != "") != c.differ {
			t.Errorf("%s: differs(%q, %q, %g) = %q, want a difference: %v", c.name, c.a, c.b, c.tol, why, c.differ)
		}
	}
}

func raw(s string) json.RawMessage { b, _ := json.Marshal(s); return b }

func TestCompareCells(t *testing.T) {
	stream := func(name, text string) Output { return Output{Type: "stream", Name: name, Text: Text(text)} }
	figure := func(alt string) Output {
		return Output{Type: "display_data", Data: map[string]json.RawMessage{"image/png": raw("…"), "text/plain": raw(alt)}}
	}
	table := func(body string) Output {
		return Output{Type: "display_data", Data: map[string]json.RawMessage{"text/html": raw("<style>td{width:9px}</style><table><td>" + body + "</td></table>")}}
	}
	cell := func(o []Output, tags ...string) Cell {
		return Cell{Type: "code", Outputs: o, Metadata: CellMeta{Tags: tags}}
	}
	stored := &Notebook{Cells: []Cell{
		{Type: "markdown", Source: "text"},
		cell([]Output{stream("stdout", "a 1\n"), stream("stderr", "progress 3 %\n")}),
		cell([]Output{figure("A falling curve.")}),
		cell([]Output{table("&lt;5 digits")}),
		cell([]Output{stream("stdout", "anything 5")}, "volatile"),
		cell([]Output{stream("stdout", "loose 100")}, "tolerance:0.2"),
	}}
	same := &Notebook{Cells: []Cell{
		{Type: "markdown"},
		cell([]Output{stream("stdout", "a 1\n"), stream("stderr", "progress 100 %\n")}),
		cell([]Output{figure("A falling curve.")}),
		cell([]Output{table("&lt;5  digits")}),
		cell([]Output{stream("stdout", "something else 6")}),
		cell([]Output{stream("stdout", "loose 115")}),
	}}
	c := Compare(stored, same, Under{})
	compared, masked, diffs := c.Compared, c.Masked, c.Differences
	if compared != 4 || masked != 1 || len(diffs) != 0 {
		t.Errorf("compared %d, masked %d, differences %+v; want 4, 1, none", compared, masked, diffs)
	}
	other := &Notebook{Cells: []Cell{
		{Type: "markdown"},
		cell([]Output{stream("stdout", "b 1\n")}),
		cell([]Output{figure("A rising curve.")}),
		cell([]Output{table("&lt;7 digits")}),
		cell(nil),
		cell([]Output{stream("stdout", "loose 130")}),
	}}
	if diffs = Compare(stored, other, Under{}).Differences; len(diffs) != 4 {
		t.Errorf("differences %+v, want 4", diffs)
	}
}

func TestCompareUnder(t *testing.T) {
	cell := func(text string, tags ...string) Cell {
		return Cell{Type: "code", Outputs: []Output{{Type: "stream", Name: "stdout", Text: Text(text)}}, Metadata: CellMeta{Tags: tags}}
	}
	stored := &Notebook{Cells: []Cell{cell("exact 1\n"), cell("accuracy 0.99\n✓ above 0.98\n✓ it learns\n", "budget")}}
	for _, c := range []struct {
		name   string
		first  string
		got    string
		under  Under
		differ bool
		want   Comparison // its counts
	}{
		{"fewer steps, as many claims", "exact 1\n", "accuracy 0.93\n✓ above 0.9\n✓ it learns\n", Under{Fast: true}, false, Comparison{Compared: 1, Budget: 1}},
		{"a claim is left out", "exact 1\n", "accuracy 0.93\n✓ it learns\n", Under{Fast: true}, true, Comparison{Compared: 1, Budget: 1}},
		{"the full setting compares", "exact 1\n", "accuracy 0.93\n✓ above 0.98\n✓ it learns\n", Under{}, true, Comparison{Compared: 2}},
		{"other data, as many claims", "exact 7\n", "accuracy 0.93\n✓ above 0.9\n✓ it learns\n", Under{Away: []string{"mnist"}}, false, Comparison{Away: 2}},
		{"other data, a claim is left out", "exact 7\n", "accuracy 0.93\n✓ it learns\n", Under{Away: []string{"mnist"}}, true, Comparison{Away: 2}},
		{"other data and fewer steps", "exact 7\n", "accuracy 0.93\n✓ above 0.9\n✓ it learns\n", Under{Fast: true, Away: []string{"mnist"}}, false, Comparison{Away: 1, Budget: 1}},
	} {
		got := Compare(stored, &Notebook{Cells: []Cell{cell(c.first), cell(c.got)}}, c.under)
		if (len(got.Differences) > 0) != c.differ {
			t.Errorf("%s: differences %+v, want some: %v", c.name, got.Differences, c.differ)
		}
		got.Differences = nil
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: counts %+v, want %+v", c.name, got, c.want)
		}
	}
}
