package grading

import (
	"regexp"
	"strings"
)

// explanations turns the compiler's most frequent messages into plain words; $1 and so on are parts of the message.
var explanations = []struct {
	pattern *regexp.Regexp
	words   string
}{
	{regexp.MustCompile(`declared and not used: (\S+)`), "the variable $1 is never read; use it or delete it"},
	{regexp.MustCompile(`"([^"]+)" imported and not used`), "nothing of $1 is used; delete the import"},
	{regexp.MustCompile(`undefined: (\w+)$`), "nothing here has the name $1: a slip of the pen, or a declaration or an import is missing"},
	{regexp.MustCompile(`undefined: (\w+)\.(\w+)`), "package $1 has no $2; names in another package start with a capital letter"},
	{regexp.MustCompile(`missing return`), "some way through the function ends without a return"},
	{regexp.MustCompile(`not enough return values|too many return values`), "return as many values as the function's head names; each function here also returns an error, nil if all is well"},
	{regexp.MustCompile(`assignment mismatch: (\d+) variables? but (.+) returns? (\d+)`), "the right side gives $3 values, the left side takes $1"},
	{regexp.MustCompile(`mismatched types int and float64|mismatched types float64 and int`), "Go does not mix int and float64: write float64(n)"},
	{regexp.MustCompile(`mismatched types (\S+) and ([^)]+)`), "both sides need one type: convert one of them"},
	{regexp.MustCompile(`cannot use (.+?) (?:\(.*\) )?as (.+?) value in`), "a $2 is needed here, and $1 is of another type"},
	{regexp.MustCompile(`cannot use (.+?) \(.*type int\) as float64`), "convert it: float64($1)"},
	{regexp.MustCompile(`(\w+) redeclared in this block`), "$1 is declared twice in the package"},
	{regexp.MustCompile(`no new variables on left side of :=`), "the variable exists already: write = instead of :="},
	{regexp.MustCompile(`non-name .* on left side of :=`), "write = to assign to an element; := declares new names"},
	{regexp.MustCompile(`non-declaration statement outside function body|expected declaration`), "outside functions there are declarations only (func, type, var, const, import); in a notebook, put trials into a cell of their own that starts with %%"},
	{regexp.MustCompile(`unexpected newline.*composite literal|missing ',' before newline`), "a list over several lines needs a comma after its last line too"},
	{regexp.MustCompile(`unexpected semicolon or newline before \{`), "the opening brace stands at the end of the line"},
	{regexp.MustCompile(`invalid operation: .*\(variable of type (\S+)\) cannot (?:index|be indexed)`), "a $1 has no elements"},
	{regexp.MustCompile(`cannot range over`), "range goes over slices, maps, channels, strings, integers and iterator functions"},
	{regexp.MustCompile(`invalid argument: index (\S+) out of bounds`), "the index $1 is outside the array"},
	{regexp.MustCompile(`division by zero`), "a constant division by zero"},
	{regexp.MustCompile(`expected '?\}'?.*EOF|found 'EOF'|unexpected EOF`), "a closing brace is missing"},
	{regexp.MustCompile(`^expected .*operand.*, found (.+)$`), "something is missing before $1: a number, a name, a closing bracket"},
	{regexp.MustCompile(`expected '\{', found newline`), "the opening brace stands at the end of the line"},
	{regexp.MustCompile(`expected ';', found (.+)$|unexpected (.+?) at end of statement`), "two things stand side by side here: an operator, a comma or a bracket is missing, or the word before is misspelt (retrun for return)"},
	{regexp.MustCompile(`import cycle|could not import`), "this package cannot be imported here"},
	{regexp.MustCompile(`method redeclared|already declared`), "the name is declared twice"},
	{regexp.MustCompile(`^syntax error: unexpected (.+?)(?:, expected|, expecting| at| in| after|$)`), "the compiler did not expect $1 here; look at this line and the one before"},
}

// explainCompiler says a message of the compiler in plain words; "" if it is not a known one.
func explainCompiler(message string) string {
	for _, e := range explanations {
		if m := e.pattern.FindStringSubmatchIndex(message); m != nil {
			return string(e.pattern.ExpandString(nil, e.words, message, m))
		}
	}
	return ""
}

var goError = regexp.MustCompile(`^(?:\./)?([\w.-]+\.go):(\d+)(?::(\d+))?: (.*)$`)

// compilerErrors reads what the compiler printed about the files of the student.
func (s *Submission) compilerErrors(output string) []Problem {
	var problems []Problem
	seen := map[string]bool{}
	for l := range strings.Lines(output) {
		l = strings.TrimRight(l, "\r\n")
		m := goError.FindStringSubmatch(l)
		switch {
		case m != nil:
			line, col := atoi(m[2]), atoi(m[3])
			place, text := s.locate(m[1], line, col)
			if place == "" || seen[l] {
				continue
			}
			seen[l] = true
			problems = append(problems, Problem{Place: place, Source: text, Message: clip(m[4], 500), Explain: explainCompiler(m[4])})
		case strings.HasPrefix(l, "\t") && len(problems) > 0:
			p := &problems[len(problems)-1]
			p.Message += "; " + clip(strings.TrimSpace(l), 300)
		}
		if len(problems) >= 10 {
			break
		}
	}
	return problems
}

func atoi(s string) int {
	n := 0
	for _, c := range s {
		if c < '0' || c > '9' || n > 1e8 {
			return 0
		}
		n = 10*n + int(c-'0')
	}
	return n
}
