package testall

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"nncourse/cmd/course/internal/group"
	"nncourse/cmd/course/internal/jupyter"
	"nncourse/cmd/course/internal/setup"
)

// Images proves docker/Dockerfile without a container engine's daemon. It makes a Debian base with debootstrap and a stand-in for Go's
// image from this machine's Go, builds the target cpu with buildah (chroot isolation), and then runs it with podman as a
// student would meet it: another user than root, no network, a root that cannot be written, no capability, bounded memory.
//
// It needs root on Debian, and takes minutes and some gigabytes; so it runs only if asked is true. What is not run is an outcome
// that says so.
func Images(ctx context.Context, root string, w io.Writer, asked bool) ([]Outcome, error) {
	const name = "docker/Dockerfile, built and run"
	if why := noImages(asked); why != "" {
		return []Outcome{{Suite: "images", Name: name, Status: Skipped, Detail: why}}, nil
	}
	if _, err := os.Stat(filepath.Join(root, "docker", "Dockerfile")); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("/var/tmp", "course-images-") // gigabytes: no place for a file system in memory
	if err != nil {
		return nil, err
	}
	b := &images{ctx: ctx, root: root, dir: dir, w: w}
	defer b.clean()
	conf := "[containers]\ndefault_ulimits=[\"nofile=16384:16384\",\"nproc=16384:16384\"]\n[engine]\nruntime=\"runc\"\n"
	if err := os.WriteFile(filepath.Join(dir, "containers.conf"), []byte(conf), 0o644); err != nil {
		return nil, err
	}
	if why := b.refused(); why != "" {
		return []Outcome{{Suite: "images", Name: name, Status: Skipped, Detail: why}}, nil
	}
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"hadolint and shellcheck find nothing", b.lint},
		{"a Debian base and Go's image are made", b.bases},
		{"docker/Dockerfile builds", b.build},
		{"a container starts as its user, without network, root filesystem read-only, and is healthy", b.start},
		{"it answers 403 without its token", b.token},
		{"the first cells run, from the warm build cache", b.firstCell},
		{"a lesson runs", b.lesson},
		{"an exercise is graded", b.grade},
		{"what the student wrote survives the replacement of the image", b.upgrade},
		{"Go does not trim the build cache of an old image", b.trim},
		{"the list of its parts is complete", b.sbom},
	} {
		start := time.Now()
		o := Outcome{Suite: "images", Name: step.name, Status: Passed}
		if err := step.do(); err != nil {
			o.Status, o.Detail = Failed, err.Error()
		}
		if ctx.Err() != nil {
			return b.outcomes, ctx.Err()
		}
		o.Seconds = time.Since(start).Seconds()
		b.outcomes = append(b.outcomes, o)
		if o.Status == Failed {
			break // what follows builds on it
		}
		fmt.Fprintf(w, "  ✓ %-60s %6.1f s%s\n", step.name, o.Seconds, b.note)
		b.note = ""
	}
	return b.outcomes, nil
}

// noImages says why images cannot be built here; "" if they can.
func noImages(asked bool) string {
	switch {
	case !asked:
		return "only with --images: builds a container image, as root on Debian, in minutes"
	case runtime.GOOS != "linux" || os.Geteuid() != 0:
		return "--images needs Linux and root"
	}
	var missing []string
	for _, p := range []string{"buildah", "podman", "runc", "debootstrap"} {
		if _, err := exec.LookPath(p); err != nil {
			missing = append(missing, p)
		}
	}
	if len(missing) > 0 {
		return "--images needs " + strings.Join(missing, ", ") + ": apt-get install --no-install-recommends buildah podman runc debootstrap iptables"
	}
	return ""
}

// refused says what on this machine keeps containers from being made, though the programs are there; "" if nothing does.
func (b *images) refused() string {
	const gigabytes = 8 // the base, the build, the image and a second one
	var free int
	if out, err := b.run("df", "--output=avail", "--block-size=1G", b.dir); err != nil {
		return "--images: " + err.Error()
	} else if _, err := fmt.Sscan(out[strings.Index(out, "\n")+1:], &free); err == nil && free < gigabytes {
		return fmt.Sprintf("--images needs %d GB in /var/tmp, which has %d", gigabytes, free)
	}
	if out, err := b.run("unshare", "--mount", "--pid", "--net", "--uts", "--ipc", "--fork", "true"); err != nil {
		return "--images: this machine allows no new namespaces: " + out + err.Error()
	}
	if _, err := b.podman("info"); err != nil {
		return "--images: podman does not work on this machine: " + err.Error()
	}
	return ""
}

const (
	debianImage = "localhost/debian:trixie-slim"
	goImage     = "localhost/golang:of-this-machine"
	courseImage = "localhost/nncourse:cpu"
	imageToken  = "images-test-token"
)

type images struct {
	ctx       context.Context
	root, dir string // the course; a folder for storage and volumes
	w         io.Writer
	outcomes  []Outcome
	note      string // shown behind a step's time
	running   bool
}

// run executes a program and gives what it printed; the error holds the end of it.
func (b *images) run(name string, args ...string) (string, error) {
	cmd := exec.CommandContext(b.ctx, name, args...)
	// Podman's own defaults ask for more files than a container's host may grant.
	cmd.Env = append(os.Environ(), "CONTAINERS_CONF="+filepath.Join(b.dir, "containers.conf"), "STORAGE_DRIVER=overlay", "GOFLAGS=")
	group.Own(cmd)
	cmd.Cancel = func() error { return group.Kill(cmd) }
	cmd.WaitDelay = 5 * time.Second
	var both, out bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.MultiWriter(&out, &both), &both
	if err := cmd.Run(); err != nil {
		text := both.String()
		if len(text) > 4000 {
			text = "…" + text[len(text)-4000:]
		}
		return out.String(), fmt.Errorf("%s %.300s: %w\n%s", name, strings.Join(args, " "), err, text)
	}
	return strings.TrimSpace(out.String()), nil
}

func (b *images) storage(args ...string) []string {
	return append([]string{"--root", filepath.Join(b.dir, "root"), "--runroot", filepath.Join(b.dir, "run")}, args...)
}

func (b *images) buildah(args ...string) (string, error) {
	return b.run("buildah", b.storage(args...)...)
}
func (b *images) podman(args ...string) (string, error) {
	return b.run("podman", b.storage(args...)...)
}

// exec runs a command in the container.
func (b *images) exec(args ...string) (string, error) {
	return b.podman(append([]string{"exec", "student"}, args...)...)
}

func (b *images) clean() {
	ctx := b.ctx
	b.ctx = context.WithoutCancel(ctx)
	if b.running {
		_, _ = b.podman("rm", "-f", "-t", "0", "student")
	}
	_, _ = b.buildah("rm", "-a")
	_, _ = b.buildah("rmi", "-a", "-f")
	_, _ = b.run("umount", filepath.Join(b.dir, "root", "overlay"))
	_ = os.RemoveAll(b.dir)
	b.ctx = ctx
}

// fromNothing makes an image out of the folder that fill fills.
func (b *images) fromNothing(name string, fill func(dir string) error) error {
	c, err := b.buildah("from", "scratch")
	if err != nil {
		return err
	}
	dir, err := b.buildah("mount", c)
	if err != nil {
		return err
	}
	if err := fill(dir); err != nil {
		return err
	}
	_, err = b.buildah("commit", "--quiet", "--rm", "--disable-compression", c, name)
	return err
}

func (b *images) lint() error {
	venv, docker := filepath.Join(b.dir, "lint"), filepath.Join(b.root, "docker")
	if _, err := b.run(jupyter.Python(b.root), "-m", "venv", venv); err != nil {
		return err
	}
	if _, err := b.run(filepath.Join(venv, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:", "-r", filepath.Join(docker, "lint.lock")); err != nil {
		return err
	}
	_, err := b.run(filepath.Join(venv, "bin", "hadolint"), filepath.Join(docker, "Dockerfile"))
	_, sherr := b.run(filepath.Join(venv, "bin", "shellcheck"), filepath.Join(docker, "start.sh"), filepath.Join(docker, "slim.sh"))
	return errors.Join(err, sherr)
}

func (b *images) bases() error {
	err := b.fromNothing(debianImage, func(dir string) error {
		if _, err := b.run("debootstrap", "--variant=minbase", "--include=ca-certificates", "trixie", dir); err != nil {
			return err
		}
		// The certificates that this machine trusts beside Debian's, so that pip and go work inside as they do here.
		if _, err := os.Stat("/usr/local/share/ca-certificates"); err == nil {
			if _, err := b.run("cp", "-r", "/usr/local/share/ca-certificates", filepath.Join(dir, "usr/local/share/")); err != nil {
				return err
			}
		}
		_, err := b.run("chroot", dir, "sh", "-c", "update-ca-certificates && rm -rf /var/cache/apt/archives/*.deb /var/lib/apt/lists/*")
		return err
	})
	if err != nil {
		return err
	}
	goroot, err := b.run("go", "env", "GOROOT")
	if err != nil {
		return err
	}
	return b.fromNothing(goImage, func(dir string) error {
		if err := os.MkdirAll(filepath.Join(dir, "usr/local"), 0o755); err != nil {
			return err
		}
		_, err := b.run("cp", "-a", goroot, filepath.Join(dir, "usr/local/go"))
		return err
	})
}

func (b *images) build() error {
	modules, err := b.run("go", "env", "GOMODCACHE")
	if err != nil {
		return err
	}
	proxy, err := b.run("go", "env", "GOPROXY")
	if err != nil {
		return err
	}
	// Go modules come from this machine's cache; what it lacks, from where Go usually finds it.
	_, err = b.buildah("bud", "--format", "docker", "--pull=false", "--isolation", "chroot", "--layers=false", "--disable-compression", "--target", "cpu", "-t", courseImage,
		"--build-arg", "DEBIAN_IMAGE="+debianImage, "--build-arg", "GO_IMAGE="+goImage,
		"--build-arg", "GOPROXY=file:///mnt/modules,"+proxy, "--build-arg", "GOSUMDB=off", "--build-arg", "SETUP_FLAGS=--no-completion",
		"--volume", filepath.Join(modules, "cache", "download")+":/mnt/modules:ro",
		"-f", filepath.Join(b.root, "docker", "Dockerfile"), b.root)
	return err
}

// start runs the image with all that docker/compose.yaml restricts, and more.
func (b *images) start() error {
	if err := os.MkdirAll(filepath.Join(b.dir, "work"), 0o755); err != nil {
		return err
	}
	if err := os.Chown(filepath.Join(b.dir, "work"), 1000, 100); err != nil {
		return err
	}
	if err := os.Chmod(b.dir, 0o711); err != nil {
		return err
	}
	if err := b.container(courseImage); err != nil {
		return err
	}
	said, err := b.exec("sh", "-c", "id -u; id -g; ls /sys/class/net; touch /opt/x 2>/dev/null && echo writable; grep NoNewPrivs /proc/self/status; pwd")
	if err != nil {
		return err
	}
	if got, want := strings.Join(strings.Fields(said), " "), "1000 100 lo NoNewPrivs: 1 /home/jovyan/work"; got != want {
		return fmt.Errorf("in the container: %q, want %q", got, want)
	}
	return nil
}

// container starts the image on the student's volume, and waits until it is healthy.
func (b *images) container(image string, more ...string) error {
	args := append([]string{"run", "--detach", "--name", "student", "--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
		"--tmpfs", "/tmp:exec,mode=1777,size=2g", "--memory", "3g", "--cpus", "2", "--pids-limit", "1024",
		"--env", "JUPYTER_TOKEN=" + imageToken, "--volume", filepath.Join(b.dir, "work") + ":/home/jovyan/work"}, more...)
	if _, err := b.podman(append(args, image)...); err != nil {
		return err
	}
	b.running = true
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(500 * time.Millisecond) {
		_, err := b.exec("health.py")
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) || b.ctx.Err() != nil {
			said, _ := b.podman("logs", "student")
			return fmt.Errorf("%w\nthe container said:\n%s", err, said)
		}
	}
}

func (b *images) token() error {
	const ask = `
import sys, urllib.error, urllib.request
for headers, path in ({}, "api/contents"), ({"Authorization": "token wrong"}, "api/kernels"), ({"Authorization": "token %s"}, "api/kernelspecs"):
    try:
        r = urllib.request.urlopen(urllib.request.Request("http://127.0.0.1:8888/" + path, headers=headers), timeout=20)
        print(r.status, "gonb" if b'"gonb"' in r.read() else "")
    except urllib.error.HTTPError as e:
        print(e.code)
`
	said, err := b.exec("python", "-c", fmt.Sprintf(ask, imageToken))
	if err != nil {
		return err
	}
	if got, want := strings.Join(strings.Fields(said), " "), "403 403 200 gonb"; got != want {
		return fmt.Errorf("without a token, with a wrong one, with the right one: %q, want %q", got, want)
	}
	return nil
}

func (b *images) firstCell() error {
	if err := os.WriteFile(filepath.Join(b.dir, "work", "first.ipynb"), []byte(setup.FirstNotebook), 0o644); err != nil {
		return err
	}
	said, err := b.exec("course", "run", "--json", "first.ipynb")
	if err != nil {
		return err
	}
	var runs []struct {
		OK    bool
		Cells []struct{ Seconds float64 }
	}
	if err := json.Unmarshal([]byte(said), &runs); err != nil || len(runs) != 1 || !runs[0].OK || len(runs[0].Cells) != 3 {
		return fmt.Errorf("%w: %.500s", errors.Join(errors.New("the notebook did not run"), err), said)
	}
	xla := runs[0].Cells[1].Seconds
	b.note = fmt.Sprintf(": a first cell %.1f s, with XLA %.1f s", runs[0].Cells[0].Seconds, xla)
	if xla > 30 { // on a quiet machine 2 s with the cache, and more than 60 s without it
		return fmt.Errorf("the first cell with XLA took %.0f s: the build cache of the image does not serve", xla)
	}
	return nil
}

func (b *images) lesson() error {
	_, err := b.exec("course", "run", "--check", "--fast", "notebooks/class3/05-least-norm.ipynb")
	return err
}

// grade looks for the grader's own words: the stub earns no full marks, so the exit code is 1.
func (b *images) grade() error {
	said, err := b.exec("sh", "-c", "course grade --json exercises/least-norm-gd; test $? = 1")
	if err != nil {
		return err
	}
	var r struct {
		Exercise, Verdict, Sandbox string
		Problems                   []any
	}
	if err := json.Unmarshal([]byte(said), &r); err != nil || r.Exercise != "least-norm-gd" || r.Verdict == "" || len(r.Problems) > 0 {
		return fmt.Errorf("%v: %.800s", err, said)
	}
	b.note = ": verdict " + r.Verdict + " on the stub, sandbox " + r.Sandbox
	return nil
}

// upgrade lets the student change a lesson, then starts an image with a newer course in the old one's place.
func (b *images) upgrade() error {
	const lesson, other = "notebooks/class3/05-least-norm.ipynb", "notebooks/class1/01-perceptron.ipynb"
	if _, err := b.exec("sh", "-c", "echo '{\"mine\": 1}' > "+lesson+" && echo mine > notes.md && rm first.ipynb"); err != nil {
		return err
	}
	newer := filepath.Join(b.dir, "newer")
	if err := os.Mkdir(newer, 0o755); err != nil {
		return err
	}
	// podman cp reads through the running container.
	if _, err := b.podman("cp", "student:/opt/nncourse/course/.", newer); err != nil {
		return err
	}
	for _, f := range []string{lesson, other} {
		if err := os.WriteFile(filepath.Join(newer, f), []byte(`{"newer": 1}`), 0o644); err != nil {
			return err
		}
	}
	if _, err := b.podman("rm", "-f", "-t", "5", "student"); err != nil {
		return err
	}
	b.running = false
	if err := b.container(courseImage, "--volume", newer+":/opt/nncourse/course:ro"); err != nil {
		return err
	}
	for name, want := range map[string]string{lesson: `{"mine": 1}`, strings.TrimSuffix(lesson, ".ipynb") + ".new.ipynb": `{"newer": 1}`, other: `{"newer": 1}`, "notes.md": "mine"} {
		got, err := os.ReadFile(filepath.Join(b.dir, "work", name))
		if err != nil {
			return err
		}
		if strings.TrimSpace(string(got)) != want {
			return fmt.Errorf("%s holds %.100q, want %q", name, got, want)
		}
	}
	return nil
}

// trim makes the cache look ten days old, in a container whose root can be written, and builds there.
func (b *images) trim() error {
	const script = `
find /opt/go/cache -type f -exec touch -d '10 days ago' {} +
date -d '10 days ago' +%s > /opt/go/cache/trim.txt
before=$(find /opt/go/cache -type f | wc -l)
setpriv --reuid 1000 --regid 100 --clear-groups env HOME=/home/jovyan go build -o /tmp/x ./lib/linear
setpriv --reuid 1000 --regid 100 --clear-groups env HOME=/home/jovyan go build -o /tmp/x ./lib/linear
test "$(stat -c %a /opt/go/cache/trim.txt)" = 666 && test "$(cat /opt/go/cache/trim.txt)" -gt "$(date -d '1 day ago' +%s)"
test "$(find /opt/go/cache -type f | wc -l)" -ge "$before"
echo "$before"
`
	said, err := b.podman("run", "--rm", "--network", "none", "--user", "root", "--entrypoint", "sh", "--volume", filepath.Join(b.dir, "work")+":/home/jovyan/work", courseImage, "-euc", script)
	if err != nil {
		return err
	}
	b.note = ": " + said + " entries stay"
	return nil
}

func (b *images) sbom() error {
	said, err := b.exec("cat", "/opt/nncourse/sbom.cdx.json")
	if err != nil {
		return err
	}
	var list struct {
		BOMFormat  string
		Components []struct{ PURL string }
	}
	if err := json.Unmarshal([]byte(said), &list); err != nil {
		return err
	}
	for _, want := range []string{"pkg:generic/go@", "pkg:golang/github.com/gomlx/gomlx@", "pkg:golang/golang.org/x/tools@", "pkg:pypi/jupyterlab@", "pkg:pypi/xla-cpu-pjrt@", "pkg:deb/debian/libc6@"} {
		found := false
		for _, c := range list.Components {
			found = found || strings.HasPrefix(c.PURL, want)
		}
		if !found {
			return fmt.Errorf("of %d parts none is %s…", len(list.Components), want)
		}
	}
	size, err := b.podman("image", "inspect", "--format", "{{.Size}}", courseImage)
	if err != nil {
		return err
	}
	var bytes float64
	if _, err := fmt.Sscan(size, &bytes); err != nil {
		return err
	}
	b.note = fmt.Sprintf(": %d parts; the image has %.2f GB", len(list.Components), bytes/1e9)
	if bytes > 2e9 {
		return fmt.Errorf("the image has %.2f GB, more than 2", bytes/1e9)
	}
	return nil
}
