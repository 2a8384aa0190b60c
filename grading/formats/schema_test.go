package formats

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"nncourse/grading"
	"nncourse/grading/internal/sample"
)

// keywords are those of JSON Schema that validate understands. A schema with another one is refused, so that none is
// passed over in silence.
var keywords = []string{"$schema", "$id", "$defs", "$ref", "title", "description", "type", "required", "enum", "properties", "items",
	"additionalProperties", "pattern", "minimum", "maximum"}

// validate tells where v breaks the schema s, whose root is root (JSON Schema 2020-12, Core and Validation; the keywords
// above).
func validate(root, s map[string]any, v any, path string) (bad []string) {
	fail := func(format string, args ...any) { bad = append(bad, path+": "+fmt.Sprintf(format, args...)) }
	for k := range s {
		if !slices.Contains(keywords, k) {
			fail("the schema has the keyword %s, which this test does not understand", k)
		}
	}
	if ref, ok := s["$ref"].(string); ok {
		defs, _ := root["$defs"].(map[string]any)
		d, ok := defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		if !ok {
			fail("the schema refers to %s, which is not there", ref)
			return
		}
		bad = append(bad, validate(root, d, v, path)...)
	}
	if t, ok := s["type"].(string); ok {
		is := map[string]bool{}
		switch x := v.(type) {
		case string:
			is["string"] = true
		case bool:
			is["boolean"] = true
		case float64:
			is["number"], is["integer"] = true, x == float64(int64(x))
		case []any:
			is["array"] = true
		case map[string]any:
			is["object"] = true
		case nil:
			is["null"] = true
		}
		if !is[t] {
			fail("%v is no %s", v, t)
			return
		}
	}
	if e, ok := s["enum"].([]any); ok && !slices.Contains(e, v) {
		fail("%v is none of %v", v, e)
	}
	if p, ok := s["pattern"].(string); ok {
		if x, ok := v.(string); ok && !regexp.MustCompile(p).MatchString(x) {
			fail("%q does not match %s", x, p)
		}
	}
	if x, ok := v.(float64); ok {
		if m, ok := s["minimum"].(float64); ok && x < m {
			fail("%g is below %g", x, m)
		}
		if m, ok := s["maximum"].(float64); ok && x > m {
			fail("%g is above %g", x, m)
		}
	}
	switch x := v.(type) {
	case []any:
		if items, ok := s["items"].(map[string]any); ok {
			for i := range x {
				bad = append(bad, validate(root, items, x[i], fmt.Sprintf("%s[%d]", path, i))...)
			}
		}
	case map[string]any:
		properties, _ := s["properties"].(map[string]any)
		required, _ := s["required"].([]any)
		for _, k := range required {
			if _, ok := x[k.(string)]; !ok {
				fail("%s is missing", k)
			}
		}
		for _, k := range slices.Sorted(maps.Keys(x)) {
			if p, ok := properties[k].(map[string]any); ok {
				bad = append(bad, validate(root, p, x[k], path+"."+k)...)
			} else if s["additionalProperties"] == false {
				fail("%s is not described", k)
			}
		}
	}
	return bad
}

func parse(t *testing.T, b []byte) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	return m
}

// toJSON encodes v and reads it again.
func toJSON(t *testing.T, v any) map[string]any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, b)
}

var graded = sync.OnceValues(func() (map[string]*grading.Report, error) {
	dir, err := os.MkdirTemp("", "formats")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	solution, err := os.ReadFile(filepath.Join(sample.Tree(), "solutions", "sample", "sample.go"))
	if err != nil {
		return nil, err
	}
	write := func(name, text string) (string, error) {
		file := filepath.Join(dir, name)
		return file, os.WriteFile(file, []byte(text), 0o600)
	}
	broken, err := write("broken.go", string(solution)+"\nfunc broken( {\n")
	if err != nil {
		return nil, err
	}
	// It prints, also while hidden checks run, what it is given.
	talk, err := write("talk.go", strings.NewReplacer(`"errors"`, "\"errors\"\n\t\"fmt\"", "if math.IsNaN(c) {", "fmt.Println(\"scale got\", v, c)\n\tif math.IsNaN(c) {").
		Replace(string(solution))+"\nfunc init() { fmt.Println(\"open \\x1b[31m & <words>\") }\n")
	if err != nil {
		return nil, err
	}
	reports := map[string]*grading.Report{}
	for name, path := range map[string]string{
		"pass": filepath.Join(sample.Tree(), "solutions", "sample"),
		"fail": filepath.Join(sample.Tree(), "solutions", "sample", "wrong", "scale-adds"),
		"stub": filepath.Join(sample.Tree(), "exercises", "sample"),
		"talk": talk, "unbuildable": broken,
	} {
		s, err := grading.Open(path, &sample.Exercise)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		s.Target, s.Student, s.Attempt = name+".go", "anna", "0"
		r, err := grading.Grade(context.Background(), s, &sample.Exercise, grading.Options{Root: sample.Root(), Tree: sample.Tree()})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		reports[name] = r
	}
	return reports, nil
})

// reports gives reports of real submissions of the sample exercise: pass, fail, stub, talk, unbuildable.
func reports(t *testing.T) map[string]*grading.Report {
	t.Helper()
	r, err := graded()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]grading.Verdict{"pass": grading.Pass, "talk": grading.Pass, "fail": grading.Fail, "unbuildable": grading.Unbuildable} {
		if r[name].Verdict != want {
			t.Fatalf("%s has the verdict %s", name, r[name].Verdict)
		}
	}
	return r
}

func TestSchemaHoldsForReports(t *testing.T) {
	schema := parse(t, Schema)
	if schema["$schema"] != "https://json-schema.org/draft/2020-12/schema" {
		t.Errorf("$schema is %v", schema["$schema"])
	}
	for name, r := range reports(t) {
		if bad := validate(schema, schema, toJSON(t, r), name); bad != nil {
			t.Errorf("%s", strings.Join(bad, "\n"))
		}
	}
}

// The schema refuses what is no report, so the test above says something.
func TestSchemaRefuses(t *testing.T) {
	schema := parse(t, Schema)
	check := func(m map[string]any, i int) map[string]any { return m["checks"].([]any)[i].(map[string]any) }
	for name, spoil := range map[string]func(m map[string]any){
		"a field is missing":        func(m map[string]any) { delete(m, "seed") },
		"a field too many":          func(m map[string]any) { m["bonus"] = 1.0 },
		"a field too many inside":   func(m map[string]any) { check(m, 0)["secret"] = "" },
		"an unknown verdict":        func(m map[string]any) { m["verdict"] = "good" },
		"an unknown inner verdict":  func(m map[string]any) { check(m, 1)["verdict"] = "" },
		"a text for a number":       func(m map[string]any) { m["score"] = "12" },
		"null for a list":           func(m map[string]any) { m["checks"] = nil },
		"a percentage above 100":    func(m map[string]any) { m["percent"] = 101.0 },
		"negative points":           func(m map[string]any) { check(m, 0)["earned"] = -1.0 },
		"half a start":              func(m map[string]any) { m["starts"] = 1.5 },
		"a short hash":              func(m map[string]any) { m["submission"] = "abc" },
		"a failure without a cause": func(m map[string]any) { check(m, 0)["failures"] = []any{map[string]any{"input": ""}} },
	} {
		m := toJSON(t, reports(t)["fail"])
		spoil(m)
		if validate(schema, schema, m, "report") == nil {
			t.Errorf("%s: the schema takes it", name)
		}
	}
}

// TestSchemaDescribesEveryField: the Go structs and the schema name the same fields, with the same types, each with a
// description, and the same verdicts.
func TestSchemaDescribesEveryField(t *testing.T) {
	schema := parse(t, Schema)
	defs := schema["$defs"].(map[string]any)
	for _, tc := range []struct {
		object any
		value  any
	}{{schema, grading.Report{}}, {defs["check"], grading.CheckResult{}}, {defs["failure"], grading.Failure{}}, {defs["problem"], grading.Problem{}}, {defs["figure"], grading.Figure{}}} {
		object := tc.object.(map[string]any)
		properties := object["properties"].(map[string]any)
		typ, fields, required := reflect.TypeOf(tc.value), map[string]bool{}, []any{}
		for i := range typ.NumField() {
			tag := typ.Field(i).Tag.Get("json")
			name, options, _ := strings.Cut(tag, ",")
			if name == "-" {
				continue
			}
			fields[name] = true
			p, ok := properties[name].(map[string]any)
			if !ok || name == "" {
				t.Errorf("%s.%s: the schema does not describe %q", typ, typ.Field(i).Name, tag)
				continue
			}
			if d, _ := p["description"].(string); len(d) < 12 {
				t.Errorf("%s: %s has the description %q", typ, name, d)
			}
			if options != "omitempty" {
				required = append(required, name)
			}
			want := map[reflect.Kind]string{reflect.String: "string", reflect.Float64: "number", reflect.Bool: "boolean", reflect.Int: "integer",
				reflect.Int64: "integer", reflect.Slice: "array"}[typ.Field(i).Type.Kind()]
			if got := p["type"]; got != want && p["$ref"] != "#/$defs/verdict" {
				t.Errorf("%s: %s is of type %v in the schema, %s in Go", typ, name, got, want)
			}
		}
		for name := range properties {
			if !fields[name] {
				t.Errorf("%s has no field for %s of the schema", typ, name)
			}
		}
		if !reflect.DeepEqual(object["required"], required) {
			t.Errorf("%s: required are %v, due %v", typ, object["required"], required)
		}
		if object["additionalProperties"] != false {
			t.Errorf("%s: the schema takes fields that it does not describe", typ)
		}
	}
	verdicts := []any{string(grading.Pass), string(grading.Fail), string(grading.Error), string(grading.Timeout), string(grading.Crash),
		string(grading.OutOfMemory), string(grading.Unbuildable)}
	if got := defs["verdict"].(map[string]any)["enum"]; !reflect.DeepEqual(got, verdicts) {
		t.Errorf("verdicts of the schema: %v, of Go: %v", got, verdicts)
	}
}
