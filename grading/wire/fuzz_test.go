package wire

import (
	"encoding/json"
	"reflect"
	"testing"
)

// FuzzValue decodes any type and data: what is taken is encoded again, and that is decoded to the same bits, nil and
// empty told apart.
func FuzzValue(f *testing.F) {
	for _, v := range values {
		e, err := Encode(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(e.Type, []byte(e.Data))
	}
	f.Add("floats", []byte(`"0x1p+00  0x1p+00"`))
	f.Add("matrix", []byte(`[null,"",["x"]]`))
	f.Add("int", []byte(`1e400`))
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		got, err := Value{kind, json.RawMessage(data)}.Decode()
		if err != nil {
			if got != nil {
				if r := reflect.ValueOf(got); r.Kind() != reflect.Slice && !r.IsZero() {
					t.Fatalf("an error, and the value %v", got)
				}
			}
			return
		}
		e, err := Encode(got)
		if err != nil || e.Type != kind {
			t.Fatalf("%q %q was taken as %T %v, which is encoded as %q: %v", kind, data, got, got, e.Type, err)
		}
		again, err := e.Decode()
		if err != nil || !Same(got, again) || reflect.TypeOf(got) != reflect.TypeOf(again) {
			t.Fatalf("%q %q is %T %v, then %T %v: %v", kind, data, got, got, again, again, err)
		}
		if r := reflect.ValueOf(got); r.Kind() == reflect.Slice && r.IsNil() != reflect.ValueOf(again).IsNil() {
			t.Fatalf("%q %q: nil and empty are mixed up", kind, data)
		}
		if c := Clone(got); !Same(c, got) {
			t.Fatalf("the copy of %v is %v", got, c)
		}
	})
}
