package datasets

import (
	"errors"
	"strings"
	"testing"
)

// TestTabular holds the tables, where they are, to what their documents say of them.
func TestTabular(t *testing.T) {
	for name, want := range map[string]struct {
		d     int
		count []int
		first float64
	}{
		"banknotes":     {4, []int{762, 610}, 3.6216},
		"breast cancer": {30, []int{357, 212}, 17.99},
		"ionosphere":    {34, []int{126, 225}, 1},
		"sonar":         {60, []int{111, 97}, 0.02},
		"iris":          {4, []int{50, 50, 50}, 5.1},
		"wheat":         {7, []int{70, 70, 70}, 15.26},
		"wine":          {13, []int{59, 71, 48}, 14.23},
	} {
		d, err := Tabular(name)
		if errors.Is(err, ErrAbsent) {
			t.Skip("the tables are not here")
		}
		if err != nil {
			t.Fatal(err)
		}
		count := make([]int, len(want.count))
		for i, y := range d.Y {
			count[y]++
			if len(d.X[i]) != want.d {
				t.Errorf("%s: row %d has %d features", name, i, len(d.X[i]))
			}
		}
		for c, n := range want.count {
			if count[c] != n {
				t.Errorf("%s: %d of class %s, want %d", name, count[c], d.Classes[c], n)
			}
		}
		if d.X[0][0] != want.first {
			t.Errorf("%s begins with %v, want %v", name, d.X[0][0], want.first)
		}
	}
}

func TestSMS(t *testing.T) {
	m, err := SMS()
	if errors.Is(err, ErrAbsent) {
		t.Skip("the messages are not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	spam := 0
	for i, y := range m.Y {
		spam += y
		if m.Text[i] == "" || strings.ContainsAny(m.Text[i], "\r\n") {
			t.Errorf("message %d: %q", i, m.Text[i])
		}
	}
	if len(m.Text) != 5574 || spam != 747 || !strings.HasPrefix(m.Text[0], "Go until jurong point") || m.Y[2] != 1 {
		t.Errorf("%d messages, %d spam, the first %q", len(m.Text), spam, m.Text[0])
	}
}

func TestTabularPanics(t *testing.T) {
	defer func() {
		if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "datasets: ") {
			t.Errorf("recovered %v", s)
		}
	}()
	Tabular("cars")
}
