package datasets

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// TinyShakespeare returns 1 115 394 characters of Shakespeare's plays, as Karpathy's char-rnn (2015) joined them. The error is
// ErrAbsent where the file is nowhere, or a *FileError; so for all readers of this file.
func TinyShakespeare() (string, error) {
	_, raw, err := textFile("tinyshakespeare.txt")
	return raw, err
}

// Names returns 32 033 first names in small letters, those of Karpathy's makemore.
func Names() ([]string, error) {
	_, raw, err := textFile("names.txt")
	return strings.Fields(raw), err
}

// WikiText2 returns a part, "valid" or "test", of WikiText-2 (Merity et al. 2017): articles of Wikipedia, cut into words that are
// parted by spaces; rare ones are "<unk>", headings stand between equals signs. It panics on another name.
func WikiText2(part string) (string, error) {
	if part != "valid" && part != "test" {
		panic(fmt.Sprintf("datasets: WikiText2: no such part: %q", part))
	}
	_, raw, err := textFile("wikitext-2/" + part + ".txt")
	return raw, err
}

// WordQuestion is "A is to B as C is to what?", with the answer D.
type WordQuestion struct {
	Kind       string // "capital-world", "family", …
	A, B, C, D string // as written: names have capitals
}

// WordQuestions returns the 19 544 analogies of 14 kinds that came with word2vec (Mikolov et al. 2013).
func WordQuestions() ([]WordQuestion, error) {
	path, raw, err := textFile("questions-words.txt")
	if err != nil {
		return nil, err
	}
	var all []WordQuestion
	kind := ""
	for i, line := range strings.Split(strings.TrimSpace(raw), "\n") {
		f := strings.Fields(line)
		switch {
		case len(f) == 2 && f[0] == ":":
			kind = f[1]
		case len(f) == 4 && kind != "":
			all = append(all, WordQuestion{kind, f[0], f[1], f[2], f[3]})
		default:
			return nil, fault(path, -1, fmt.Sprintf("line %d is neither a heading nor four words", i+1), nil)
		}
	}
	return all, nil
}

// WordPair is two words and how similar people found them, from 0 to 10.
type WordPair struct {
	A, B  string
	Score float64
}

// WordSim353 returns a part of WordSim-353 (Finkelstein et al. 2002): "ALL" (353 pairs), or what Agirre et al. (2009) parted it into,
// "SIM" (203, similar words) and "REL" (252, related words); unrelated pairs are in both. It panics on another name.
func WordSim353(part string) ([]WordPair, error) {
	if part != "ALL" && part != "SIM" && part != "REL" {
		panic(fmt.Sprintf("datasets: WordSim353: no such part: %q", part))
	}
	path, raw, err := textFile("word-sim/EN-WS-353-" + part + ".txt")
	if err != nil {
		return nil, err
	}
	var all []WordPair
	for i, line := range strings.Split(strings.TrimSpace(raw), "\n") {
		f := strings.Fields(line)
		if len(f) != 3 {
			return nil, fault(path, -1, fmt.Sprintf("line %d has %d columns, not 3", i+1, len(f)), nil)
		}
		score, err := strconv.ParseFloat(f[2], 64)
		if err != nil {
			return nil, fault(path, -1, fmt.Sprintf("line %d: %q is no score", i+1, f[2]), err)
		}
		all = append(all, WordPair{f[0], f[1], score})
	}
	return all, nil
}

// textFile finds and reads a file of the folder text, and holds it to the manifest's checksum.
func textFile(name string) (path, content string, err error) {
	path, err = find("text", "text", name)
	if err != nil {
		return "", "", err
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", "", fmt.Errorf("datasets: text: %w", err)
	}
	sum := sha256.Sum256(raw)
	if err := verify(path, hex.EncodeToString(sum[:]), nil); err != nil {
		return "", "", err
	}
	return path, string(raw), nil
}
