package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
)

var values = []any{
	0.0, math.Copysign(0, -1), 1.0, math.Pi, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64,
	[]float64(nil), []float64{}, []float64{1, math.NaN(), math.Inf(-1)},
	[][]float64(nil), [][]float64{}, [][]float64{{1, 2}, {3, 4}}, [][]float64{{1}, nil, {}},
	[][][]float64(nil), [][][]float64{}, [][][]float64{{{1}}, nil, {nil}},
	0, -7, math.MaxInt, math.MinInt, []int(nil), []int{}, []int{1, -1}, true, false, "", "x\x00\n⟨é⟩", Callback(3),
}

func TestValues(t *testing.T) {
	for _, v := range values {
		e, err := Encode(v)
		if err != nil {
			t.Errorf("%T %v: %v", v, v, err)
			continue
		}
		got, err := e.Decode()
		if err != nil || !Same(got, v) || reflect.TypeOf(got) != reflect.TypeOf(v) {
			t.Errorf("%T %v went out, %T %v came back: %v", v, v, got, got, err)
		}
		// nil and empty are told apart.
		if r := reflect.ValueOf(v); r.Kind() == reflect.Slice && r.IsNil() != reflect.ValueOf(got).IsNil() {
			t.Errorf("%T: nil is %v, then %v", v, r.IsNil(), !r.IsNil())
		}
	}
	if _, err := Encode(float32(1)); err == nil {
		t.Error("a float32 travelled")
	}
}

// No digit is lost.
func TestFloatsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	v := make([]float64, 1000)
	for i := range v {
		v[i] = math.Float64frombits(r.Uint64())
	}
	e, err := Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	got, err := e.Decode()
	if err != nil || !Same(got, v) {
		t.Errorf("%v", err)
	}
}

func TestSame(t *testing.T) {
	for i, a := range values {
		for j, b := range values {
			if want := i == j; Same(a, b) != want && !sameKindEmpty(a, b) {
				t.Errorf("Same(%T %v, %T %v) is %v", a, a, b, b, !want)
			}
		}
	}
	if Same(0.0, math.Copysign(0, -1)) {
		t.Error("0 and −0 are not the same bits")
	}
}

// nil and empty slices of one type hold the same numbers.
func sameKindEmpty(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	return x.Type() == y.Type() && x.Kind() == reflect.Slice && x.Len() == 0 && y.Len() == 0
}

func TestClone(t *testing.T) {
	m := [][][]float64{{{1, 2}, {3}}, nil}
	c := Clone(m).([][][]float64)
	c[0][0][0] = 9
	if m[0][0][0] != 1 || c[1] != nil {
		t.Errorf("%v %v", m, c)
	}
}

func TestBadValues(t *testing.T) {
	for _, v := range []Value{
		{}, {"float", nil}, {"float", []byte(`1`)}, {"float", []byte(`"1.5"`)}, {"float", []byte(`"nan"`)}, {"float", []byte(`"Inf"`)}, {"float", []byte(`"0x1p0"`)},
		{"float", []byte(`"0X1P+00"`)}, {"float", []byte(`"0x1p+99999"`)}, {"float", []byte(`null`)},
		{"floats", []byte(`"0x1p+00  0x1p+00"`)}, {"floats", []byte(`" "`)}, {"floats", []byte(`["0x1p+00"]`)},
		{"matrix", []byte(`"0x1p+00"`)}, {"cube", []byte(`[[["0x1p+00"]]]`)},
		{"int", []byte(`1.5`)}, {"int", []byte(`1e3`)}, {"int", []byte(`null`)}, {"int", []byte(`99999999999999999999`)}, {"bool", []byte(`1`)}, {"bool", []byte(`null`)},
		{"string", []byte(`null`)}, {"callback", []byte(`"1"`)}, {"error", []byte(`"x"`)},
	} {
		if got, err := v.Decode(); err == nil {
			t.Errorf("%s %s was taken for %v", v.Type, v.Data, got)
		}
	}
}

func frame(s string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(s))), s...)
}

func TestBadFrames(t *testing.T) {
	for _, b := range [][]byte{
		{0}, {0, 0, 0}, {0, 0, 0, 5, '{'}, {0xff, 0xff, 0xff, 0xff}, binary.BigEndian.AppendUint32(nil, MaxFrame+1),
		frame(""), frame("x"), frame("[]"), frame(`{"op":1}`), frame(`{"op":"call"} {}`), frame(`{"score":12}`), frame(`{"id":-1}`), frame(`{"values":[{"t":"float","w":1}]}`),
		frame(strings.Repeat("[", 100_000)),
	} {
		if m, err := ReadMessage(bytes.NewReader(b)); !errors.Is(err, ErrFrame) {
			t.Errorf("%.40q: %v, %v", b, m, err)
		}
	}
	if _, err := ReadMessage(bytes.NewReader(nil)); err != io.EOF {
		t.Errorf("nothing: %v", err)
	}
}

// A length alone must not take memory.
func TestLengthTakesNoMemory(t *testing.T) {
	head := binary.BigEndian.AppendUint32(nil, MaxFrame)
	r := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ReadMessage(bytes.NewReader(head))
		}
	})
	if n := r.AllocedBytesPerOp(); n > 64<<10 {
		t.Errorf("%d bytes for a frame that never came", n)
	}
}

func FuzzReadMessage(f *testing.F) {
	vs, err := EncodeAll(values)
	if err != nil {
		f.Fatal(err)
	}
	text := "no"
	for _, m := range []*Message{{Op: OpCall, ID: 1, Nonce: "ab", Func: "F", Values: vs}, {Op: OpReturn, ID: 1, Err: &text, Changed: []int{0}},
		{Op: OpReturn, Panic: &Panic{Kind: "panic", Text: "x", Stack: []Place{{"f", "f.go", 3}}}}, {Op: OpCallback, Callback: 2}} {
		var b bytes.Buffer
		if err := WriteMessage(&b, m); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add(frame(`{"op":"return","values":[{"t":"floats","v":"0x1p+00 NaN -Inf"}]}`))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ReadMessage(bytes.NewReader(b))
		if err != nil {
			if err != io.EOF && !errors.Is(err, ErrFrame) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		// What can be read can be written, and that reads and is written the same again.
		var first, second bytes.Buffer
		if err := WriteMessage(&first, m); err != nil {
			t.Fatalf("cannot be written: %v", err)
		}
		n, err := ReadMessage(bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatalf("cannot be read again: %v", err)
		}
		if err := WriteMessage(&second, n); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("%q, then %q: %v", first.Bytes(), second.Bytes(), err)
		}
		for _, v := range m.Values {
			x, err := v.Decode()
			if err != nil {
				continue
			}
			e, err := Encode(x)
			if err != nil {
				t.Fatalf("%s %s decodes to %v, which cannot be encoded: %v", v.Type, v.Data, x, err)
			}
			y, err := e.Decode()
			if err != nil || !Same(x, y) {
				t.Fatalf("%v, then %v: %v", x, y, err)
			}
		}
	})
}

// conversation serves funcs on pipes and gives a function that exchanges one message.
func conversation(t *testing.T, funcs Funcs) func(m *Message) *Message {
	t.Helper()
	inR, inW, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	outR, outW, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- serve(inR, outW, funcs) }()
	t.Cleanup(func() {
		inW.Close()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
		outR.Close()
	})
	return func(m *Message) *Message {
		t.Helper()
		if err := WriteMessage(inW, m); err != nil {
			t.Fatal(err)
		}
		r, err := ReadMessage(outR)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
}

func call(t *testing.T, fn string, args ...any) *Message {
	t.Helper()
	vs, err := EncodeAll(args)
	if err != nil {
		t.Fatal(err)
	}
	return &Message{Op: OpCall, ID: 5, Nonce: "n", Func: fn, Values: vs}
}

type rude struct{}

func (rude) Error() string { panic(rude{}) }

func TestServe(t *testing.T) {
	send := conversation(t, Funcs{
		"Sum": func(c *Call) []any {
			s := 0.0
			for _, x := range c.Floats(0) {
				s += x
			}
			return Return(nil, s)
		},
		"Clear":  func(c *Call) []any { clear(c.Matrix(0)[0]); return Return(nil) },
		"Panic":  func(c *Call) []any { panic("no") },
		"Index":  func(c *Call) []any { return Return(nil, c.Floats(0)[3]) },
		"Type":   func(c *Call) []any { return Return(nil, c.Int(0)) },
		"Rude":   func(c *Call) []any { return Return(rude{}) },
		"Ruder":  func(c *Call) []any { panic(rude{}) },
		"Err":    func(c *Call) []any { return Return(fmt.Errorf("wrong: %w", os.ErrClosed), []float64(nil)) },
		"Return": func(c *Call) []any { return Return(nil, struct{}{}) },
		"Twice":  func(c *Call) []any { f := c.ScalarFunc(0); return Return(nil, f([]float64{1})+f([]float64{2})) },
	})
	r := send(call(t, "Sum", []float64{1, 2, 3.5}))
	if v, err := DecodeAll(r.Values); err != nil || !reflect.DeepEqual(v, []any{6.5}) || r.ID != 5 || r.Nonce != "n" || r.Err != nil || r.Changed != nil {
		t.Errorf("Sum: %+v %v", r, v)
	}
	if r := send(call(t, "Clear", [][]float64{{1}})); !reflect.DeepEqual(r.Changed, []int{0}) {
		t.Errorf("Clear: %+v", r)
	}
	if r := send(call(t, "Err")); r.Err == nil || *r.Err != "wrong: file already closed" || len(r.Values) != 1 {
		t.Errorf("Err: %+v", r)
	}
	for fn, kind := range map[string]string{"Panic": "panic", "Index": "panic", "Rude": "panic", "Ruder": "panic", "Type": "harness", "Return": "harness", "Missing": "harness"} {
		r := send(call(t, fn, []float64{1}))
		if r.Panic == nil || r.Panic.Kind != kind || r.Values != nil {
			t.Errorf("%s: %+v %+v", fn, r, r.Panic)
		}
	}
	r = send(call(t, "Twice", Callback(4)))
	for i, want := range []float64{1, 2} {
		x, err := DecodeAll(r.Values)
		if r.Op != OpCallback || r.Callback != 4 || err != nil || !reflect.DeepEqual(x, []any{[]float64{want}}) {
			t.Fatalf("callback %d: %+v %v", i, r, x)
		}
		v, _ := Encode(10 * want)
		r = send(&Message{Op: OpAnswer, ID: 5, Nonce: "n", Values: []Value{v}})
	}
	if v, err := DecodeAll(r.Values); r.Op != OpReturn || err != nil || !reflect.DeepEqual(v, []any{30.0}) {
		t.Errorf("Twice: %+v %v", r, v)
	}
	refusal := "enough"
	send(call(t, "Twice", Callback(0)))
	if r = send(&Message{Op: OpAnswer, ID: 5, Nonce: "n", Err: &refusal}); r.Panic == nil || r.Panic.Kind != "callback" || r.Panic.Text != refusal {
		t.Errorf("refused: %+v", r)
	}
}

func BenchmarkFloats(b *testing.B) {
	v := make([]float64, 10_000)
	for i := range v {
		v[i] = math.Sqrt(float64(i))
	}
	for b.Loop() {
		e, err := Encode(v)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := e.Decode(); err != nil {
			b.Fatal(err)
		}
	}
}
