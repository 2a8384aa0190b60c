package wire

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Value is one argument or result as it travels: its type's name and its data.
//
//	t          Go type         v
//	"float"    float64         "0x1.8p+00" (hexadecimal, so no digit is lost), "NaN", "+Inf", "-Inf"
//	"floats"   []float64       "0x1p+00 0x1p-01", null for nil
//	"matrix"   [][]float64     [row, row, …], each row as "floats", null for nil
//	"cube"     [][][]float64   [matrix, matrix, …], null for nil
//	"int"      int             7
//	"ints"     []int           [1, 2], null for nil
//	"bool"     bool            true
//	"string"   string          "text"
//	"callback" Callback        its number; only from the grader to the student's process
type Value struct {
	Type string          `json:"t"`
	Data json.RawMessage `json:"v"`
}

// Callback stands for a function of the grader's in a list of arguments.
type Callback int

// Encode turns a Go value of one of the types above into a Value.
func Encode(v any) (Value, error) {
	var t string
	var data any
	switch v := v.(type) {
	case float64:
		t, data = "float", formatFloat(v)
	case []float64:
		t, data = "floats", formatFloats(v)
	case [][]float64:
		t, data = "matrix", formatMatrix(v)
	case [][][]float64:
		t = "cube"
		if v != nil {
			c := make([][]*string, len(v))
			for i := range v {
				c[i] = formatMatrix(v[i])
			}
			data = c
		}
	case int:
		t, data = "int", v
	case []int:
		t, data = "ints", v
	case bool:
		t, data = "bool", v
	case string:
		t, data = "string", strings.ToValidUTF8(v, "\uFFFD")
	case Callback:
		t, data = "callback", int(v)
	default:
		return Value{}, fmt.Errorf("wire: a value of type %T cannot travel", v)
	}
	b, err := json.Marshal(data)
	return Value{t, b}, err
}

// Decode turns a Value into a Go value. It takes only what Encode makes: one text for each number.
func (v Value) Decode() (any, error) {
	switch v.Type {
	case "float":
		var s string
		if err := v.scan(&s); err != nil {
			return nil, err
		}
		return parseFloat(s)
	case "floats":
		var s *string
		if err := v.scan(&s); err != nil {
			return nil, err
		}
		return parseFloats(s)
	case "matrix":
		var rows []*string
		if err := v.scan(&rows); err != nil {
			return nil, err
		}
		return parseMatrix(rows)
	case "cube":
		var mats [][]*string
		if err := v.scan(&mats); err != nil {
			return nil, err
		}
		if mats == nil {
			return [][][]float64(nil), nil
		}
		cube := make([][][]float64, len(mats))
		for i := range mats {
			var err error
			if cube[i], err = parseMatrix(mats[i]); err != nil {
				return nil, err
			}
		}
		return cube, nil
	case "int":
		return scan[int](v)
	case "ints":
		return scan[[]int](v)
	case "bool":
		return scan[bool](v)
	case "string":
		return scan[string](v)
	case "callback":
		n, err := scan[int](v)
		if err != nil {
			return nil, err
		}
		return Callback(n.(int)), nil
	}
	return nil, fmt.Errorf("wire: unknown type %.20q", v.Type)
}

func (v Value) scan(p any) error {
	if len(v.Data) == 0 {
		return fmt.Errorf("wire: a %.20q without data", v.Type)
	}
	if err := json.Unmarshal(v.Data, p); err != nil {
		return fmt.Errorf("wire: bad %.20q: %w", v.Type, err)
	}
	return nil
}

// scan reads a T; null is taken only where T is a slice.
func scan[T any](v Value) (any, error) {
	var p *T
	if err := v.scan(&p); err != nil {
		return nil, err
	}
	if p == nil {
		var zero T
		if v.Type == "ints" {
			return zero, nil
		}
		return nil, fmt.Errorf("wire: a %q that is null", v.Type)
	}
	return *p, nil
}

// EncodeAll encodes a list of values.
func EncodeAll(vs []any) ([]Value, error) {
	out := make([]Value, len(vs))
	for i, v := range vs {
		var err error
		if out[i], err = Encode(v); err != nil {
			return nil, fmt.Errorf("value %d: %w", i, err)
		}
	}
	return out, nil
}

// DecodeAll decodes a list of values.
func DecodeAll(vs []Value) ([]any, error) {
	out := make([]any, len(vs))
	for i, v := range vs {
		var err error
		if out[i], err = v.Decode(); err != nil {
			return nil, fmt.Errorf("value %d: %w", i, err)
		}
	}
	return out, nil
}

func formatFloat(x float64) string { return strconv.FormatFloat(x, 'x', -1, 64) }

func parseFloat(s string) (float64, error) {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || formatFloat(x) != s {
		return 0, fmt.Errorf("wire: %.40q is not a float64 in hexadecimal form", s)
	}
	return x, nil
}

func formatFloats(v []float64) *string {
	if v == nil {
		return nil
	}
	b := make([]byte, 0, 24*len(v))
	for i, x := range v {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendFloat(b, x, 'x', -1, 64)
	}
	s := string(b)
	return &s
}

func parseFloats(s *string) ([]float64, error) {
	if s == nil {
		return nil, nil
	}
	if *s == "" {
		return []float64{}, nil
	}
	v := make([]float64, 0, 1+strings.Count(*s, " "))
	for f := range strings.SplitSeq(*s, " ") {
		x, err := parseFloat(f)
		if err != nil {
			return nil, err
		}
		v = append(v, x)
	}
	return v, nil
}

func formatMatrix(m [][]float64) []*string {
	if m == nil {
		return nil
	}
	rows := make([]*string, len(m))
	for i := range m {
		rows[i] = formatFloats(m[i])
	}
	return rows
}

func parseMatrix(rows []*string) ([][]float64, error) {
	if rows == nil {
		return nil, nil
	}
	m := make([][]float64, len(rows))
	for i := range rows {
		var err error
		if m[i], err = parseFloats(rows[i]); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Clone copies a value of one of the wire types deeply; other values are returned as they are.
func Clone(v any) any {
	switch v := v.(type) {
	case []float64:
		return slices.Clone(v)
	case [][]float64:
		return cloneMatrix(v)
	case [][][]float64:
		if v == nil {
			return v
		}
		c := make([][][]float64, len(v))
		for i := range v {
			c[i] = cloneMatrix(v[i])
		}
		return c
	case []int:
		return slices.Clone(v)
	}
	return v
}

func cloneMatrix(m [][]float64) [][]float64 {
	if m == nil {
		return nil
	}
	c := make([][]float64, len(m))
	for i := range m {
		c[i] = slices.Clone(m[i])
	}
	return c
}

// Same tells whether two values of one wire type hold the same bits (every NaN counts as the same).
func Same(a, b any) bool {
	switch a := a.(type) {
	case float64:
		b, ok := b.(float64)
		return ok && sameFloat(a, b)
	case []float64:
		b, ok := b.([]float64)
		return ok && slices.EqualFunc(a, b, sameFloat)
	case [][]float64:
		b, ok := b.([][]float64)
		return ok && slices.EqualFunc(a, b, sameFloats)
	case [][][]float64:
		b, ok := b.([][][]float64)
		return ok && slices.EqualFunc(a, b, func(x, y [][]float64) bool { return slices.EqualFunc(x, y, sameFloats) })
	case []int:
		b, ok := b.([]int)
		return ok && slices.Equal(a, b)
	}
	return a == b
}

func sameFloats(a, b []float64) bool { return slices.EqualFunc(a, b, sameFloat) }

func sameFloat(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
}
