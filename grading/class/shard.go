package class

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Shard is one part of a class that is graded in N parts, in any order, at the same time or not, on one machine or on
// several that see the same folder of submissions. The zero value is the whole class.
type Shard struct {
	I int // from 1 to N
	N int
}

// maxShards bounds N.
const maxShards = 10000

// ParseShard reads "2/3".
func ParseShard(text string) (Shard, error) {
	a, b, ok := strings.Cut(text, "/")
	i, err1 := strconv.Atoi(a)
	n, err2 := strconv.Atoi(b)
	if !ok || err1 != nil || err2 != nil || i < 1 || i > n || n > maxShards {
		return Shard{}, fmt.Errorf("%w: the shard %q is not i/n with 1 ≤ i ≤ n ≤ %d, as in 2/3", ErrInput, text, maxShards)
	}
	return Shard{i, n}, nil
}

func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.I, s.N) }

// Holds tells whether a student is in this part. That follows from the name alone: it does not change when others hand
// something in, so that a shard that is graded again finds its earlier results. The parts are of equal size only roughly.
func (s Shard) Holds(student string) bool {
	if s.N == 0 {
		return true
	}
	sum := sha256.Sum256([]byte(student))
	return binary.BigEndian.Uint64(sum[:])%uint64(s.N) == uint64(s.I-1)
}

// ShardFile is written at a shard's end. Without it, or if it is not about the last receipt, the shard was interrupted.
const ShardFile = "shard.json"

// shardInfo is what ShardFile holds: what must be the same in all shards, and what Merge needs and the results do not hold.
type shardInfo struct {
	Schema     int               `json:"schema"`
	Shard      string            `json:"shard"`  // "2/3"
	Secret     string            `json:"secret"` // a mark of the class's secret, from which it cannot be found
	Attempt    string            `json:"attempt"`
	Same       bool              `json:"same_instances"`
	Only       []string          `json:"only"`      // as named with --exercise
	Exercises  []string          `json:"exercises"` // all with results, sorted
	Graders    map[string]string `json:"graders"`   // by exercise, Key.Grader
	Files      map[string]string `json:"files"`     // policy, times, roster, manual: SHA-256, "" without
	Due        map[string]string `json:"due"`       // by exercise, RFC 3339
	Class      []string          `json:"class"`     // everybody, sorted: who is in the folder or on the roster
	Students   []shardStudent    `json:"students"`  // of this shard
	Unsafe     bool              `json:"unsafe"`
	Sandbox    string            `json:"sandbox"`
	SandboxWhy string            `json:"sandbox_why"`
	Head       string            `json:"head"` // hash of the last receipt
}

type shardStudent struct {
	ID        string `json:"id"`
	LastName  string `json:"last_name"`
	FirstName string `json:"first_name"`
	Email     string `json:"email"`
}

// secretMark tells two secrets apart and says nothing about them.
func secretMark(secret []byte) string {
	if len(secret) == 0 {
		return ""
	}
	m := hmac.New(sha256.New, secret)
	m.Write([]byte("shards"))
	return hex.EncodeToString(m.Sum(nil)[:8])
}

// readShard reads ShardFile. It is nil, without an error, if there is none.
func readShard(dir string) (*shardInfo, error) {
	data, err := os.ReadFile(filepath.Join(dir, ShardFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var s shardInfo
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("%w: %s cannot be read: %w", ErrInput, filepath.Join(dir, ShardFile), err)
	}
	if s.Schema != Schema {
		return nil, fmt.Errorf("%w: %s has schema %d, not %d", ErrInput, filepath.Join(dir, ShardFile), s.Schema, Schema)
	}
	return &s, nil
}

// checkOut refuses a folder of results that belongs to another part of the class.
func (o *Options) checkOut(old map[[2]string]stored) error {
	before, err := readShard(o.Out)
	switch {
	case err != nil:
		return err
	case before != nil && o.Shard.N == 0:
		return fmt.Errorf("%w: %s holds shard %s; a batch of the whole class needs another folder", ErrInput, o.Out, before.Shard)
	case before != nil && before.Shard != o.Shard.String():
		return fmt.Errorf("%w: %s holds shard %s; shard %s needs another folder", ErrInput, o.Out, before.Shard, o.Shard)
	}
	for k := range old {
		if !o.Shard.Holds(k[0]) {
			return fmt.Errorf("%w: %s holds a result of %q, who is not in shard %s: it needs another folder", ErrInput, o.Out, k[0], o.Shard)
		}
	}
	return nil
}

// writeShard writes ShardFile.
func (o *Options) writeShard(b *Batch, entries []*entry, in input, graders map[string]string) error {
	s := shardInfo{Schema: Schema, Shard: o.Shard.String(), Secret: secretMark(o.Grading.Secret), Attempt: o.Attempt, Same: o.Same,
		Only: slices.Sorted(slices.Values(o.Only)), Exercises: []string{}, Graders: graders, Files: map[string]string{}, Due: map[string]string{},
		Class: []string{}, Students: []shardStudent{}, Unsafe: b.Summary.Unsafe, Sandbox: b.Summary.Sandbox, SandboxWhy: b.Summary.SandboxWhy, Head: b.Head}
	for _, x := range b.Summary.Exercises {
		s.Exercises = append(s.Exercises, x.Exercise)
		if t, ok := in.due(x.Exercise); ok {
			s.Due[x.Exercise] = t.UTC().Format(time.RFC3339)
		}
	}
	manual := o.Manual
	if manual == "" {
		manual = filepath.Join(o.Out, "manual.csv")
	}
	for name, file := range map[string]string{"policy": o.Policy, "times": o.Times, "roster": o.Roster, "manual": manual} {
		s.Files[name] = ""
		if file == "" {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil && !(name == "manual" && errors.Is(err, fs.ErrNotExist)) {
			return err
		}
		if err == nil {
			s.Files[name] = hashOf(data)
		}
	}
	for _, e := range entries {
		s.Class = append(s.Class, e.student)
	}
	for id := range in.roster {
		s.Class = append(s.Class, id)
	}
	slices.Sort(s.Class)
	s.Class = slices.Compact(s.Class)
	for _, st := range b.Students {
		s.Students = append(s.Students, shardStudent{st.ID, st.LastName, st.FirstName, st.Email})
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return writeAtomic(filepath.Join(o.Out, ShardFile), append(text, '\n'))
}
