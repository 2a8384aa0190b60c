//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/websocket"

	"nncourse/cmd/course/internal/jupyter"
	"nncourse/cmd/course/internal/setup"
	"nncourse/grading/checks"
	"nncourse/grading/exchange"
	"nncourse/grading/sandbox"
	"nncourse/lib/workspace"
)

// A class on a real JupyterHub, with docker/jupyterhub/local_config.py: two students log in, get an assignment in their servers'
// terminals, hand it in, are graded, and see their feedback; neither can read what is the other's.
func TestHub(t *testing.T) {
	if testing.Short() {
		t.Skip("a hub and two servers take half a minute")
	}
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	if !sandbox.Available().Contains() {
		t.Skip("no sandbox that contains a hostile program: " + sandbox.Detect().Why)
	}
	if err := jupyter.Ready(root); err != nil {
		t.Skip("JupyterLab is not set up")
	}
	x := checks.All[0]
	solution, err := os.ReadFile(filepath.Join(root, "solutions", x.Slug, x.Files[0]))
	if err != nil {
		t.Skip("this edition has no solutions")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	if err := setup.Hub(ctx, root, setup.Options{Out: io.Discard}); err != nil {
		t.Skipf("JupyterHub cannot be had here: %s", strings.SplitN(err.Error(), "\n", 2)[0])
	}

	began := time.Now()
	lap := func(what string) {
		t.Logf("%5.1f s: %s", time.Since(began).Seconds(), what)
	}
	// Everything lies in one folder into which other users can look as far as the modes below allow.
	base, err := os.MkdirTemp("", "course-hub-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(base)
	if err := os.Chmod(base, 0o711); err != nil {
		t.Fatal(err)
	}
	at := func(elem ...string) string { return filepath.Join(append([]string{base}, elem...)...) }
	program := at("bin", "course")
	for name, text := range map[string]string{
		"class/students.csv": "student_id,last_name,first_name,email\nanna,Arendt,Anna,\nben,Born,Ben,\n",
		"class/teachers.txt": "# one a line\nthea\n",
		"bin/course":         "#!/bin/sh\n" + asCourse + "=1 exec '" + at("bin", "test") + "' \"$@\"\n",
		"secret":             "a secret for this test only",
	} {
		if err := os.MkdirAll(filepath.Dir(at(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := exec.Command("cp", self, at("bin", "test")).Run(); err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{"bin/course", "bin/test"} {
		if err := os.Chmod(at(f), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	python := setup.HubPython(root)
	env := os.Environ()
	others, why := os.Getuid() == 0, "not root: both servers run under one user, and files cannot be kept apart"
	if others {
		cmd := exec.Command(python, "-c", "import jupyterhub, jupyterlab")
		cmd.Dir = base
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 20001, Gid: 20001}}
		if err := cmd.Run(); err != nil {
			others, why = false, fmt.Sprintf("root, but others may not execute the course's Python (%v): both servers run under one user", err)
			env = append(env, "COURSE_ONE_USER=1")
		}
	}
	ports := freePorts(t, 3)
	env = append(env, "COURSE_CLASS="+at("class"), "COURSE_HUB_STATE="+at("state"), "COURSE_EXCHANGE="+at("exchange"), "COURSE_HOMES="+at("homes"),
		"COURSE_PROGRAM="+program, "COURSE_PORT="+ports[0], "COURSE_HUB_PORT="+ports[1], "COURSE_PROXY_API_PORT="+ports[2], "COURSE_ROOT="+root,
		"PYTHONDONTWRITEBYTECODE=1", "JUPYTER_PLATFORM_DIRS=1")
	course := func(code int, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.Dir, cmd.Env = root, env
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != code {
			t.Fatalf("course %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}

	// The teacher: passwords, the assignment.
	cmd := exec.CommandContext(ctx, python, filepath.Join(root, "docker", "jupyterhub", "coursehub.py"), "passwords")
	cmd.Env = env
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("passwords: %v, %s", err, out)
	}
	rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("passwords: %v, %v", rows, err)
	}
	password := map[string]string{}
	for _, r := range rows[1:] {
		password[r[0]] = r[1]
	}
	course(0, "exchange", "release", x.Slug)

	// The configuration for Docker, as far as it can be known without Docker.
	cmd = exec.CommandContext(ctx, python, "-c", dockerConfig, filepath.Join(root, "docker", "jupyterhub", "jupyterhub_config.py"))
	cmd.Env = append(env, "COURSE_IMAGE=image", "COURSE_NETWORK=network")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("jupyterhub_config.py: %v\n%s", err, out)
	}

	log, err := os.Create(at("hub.log"))
	if err != nil {
		t.Fatal(err)
	}
	hub := exec.Command(python, "-m", "jupyterhub", "-f", filepath.Join(root, "docker", "jupyterhub", "local_config.py"))
	hub.Dir, hub.Env, hub.Stdout, hub.Stderr = base, env, log, log
	if err := hub.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- hub.Wait() }()
	defer func() {
		hub.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(4 * time.Minute):
			hub.Process.Kill()
			t.Error("the hub does not end")
		}
		for pid, what := range processesOf(base) {
			t.Errorf("left behind: %s", what)
			syscall.Kill(pid, syscall.SIGKILL)
		}
		if t.Failed() {
			text, _ := os.ReadFile(at("hub.log"))
			t.Logf("the hub's log:\n%s", text[max(0, len(text)-6000):])
		}
	}()
	origin := "http://127.0.0.1:" + ports[0]
	wait(t, ctx, "the hub", ended, func() bool {
		r, err := http.Get(origin + "/hub/api")
		if err != nil {
			return false
		}
		r.Body.Close()
		return r.StatusCode == http.StatusOK
	})

	lap("the hub is there")
	// Who is not in the class, or has another's password, stays out.
	for _, tc := range [][2]string{{"anna", password["ben"]}, {"zoe", "a password of hers"}, {"anna", ""}} {
		if s := login(t, origin, tc[0], tc[1]); s != nil {
			t.Errorf("%s may log in with the password %q", tc[0], tc[1])
		}
	}
	users := map[string]*student{}
	for _, name := range []string{"anna", "ben"} {
		s := login(t, origin, name, password[name])
		if s == nil {
			t.Fatalf("%s cannot log in", name)
		}
		users[name] = s
		if code, text := s.api("POST", "/hub/api/users/"+name+"/server", ""); code != http.StatusCreated && code != http.StatusAccepted {
			t.Fatalf("%s's server: %d %s", name, code, text)
		}
	}
	for name, s := range users {
		wait(t, ctx, name+"'s server", ended, func() bool {
			code, _ := s.api("GET", "/user/"+name+"/api/status", "")
			return code == http.StatusOK
		})
		s.open()
	}
	lap("both servers are there")
	anna, ben := users["anna"], users["ben"]

	// The assignment, work on it, and handing it in, by what a student has: the server's files and its terminal.
	for name, s := range users {
		s.run(0, "'"+program+"' exchange fetch "+x.Slug)
		stub, err := os.ReadFile(filepath.Join(root, "exercises", x.Slug, x.Files[0]))
		if got := s.file(x.Slug + "/" + x.Files[0]); err != nil || got != string(stub) {
			t.Errorf("%s got %d bytes for the assignment, %v", name, len(got), err)
		}
	}
	body, _ := json.Marshal(map[string]string{"type": "file", "format": "text", "content": string(solution)})
	if code, text := anna.api("PUT", "/user/anna/api/contents/"+x.Slug+"/"+x.Files[0], string(body)); code != http.StatusOK {
		t.Fatalf("saving: %d %s", code, text)
	}
	if out := anna.run(0, "'"+program+"' exchange fetch "+x.Slug); !strings.Contains(out, ".new.go") {
		t.Errorf("fetching again does not leave anna's work alone: %s", out)
	}
	if anna.file(x.Slug+"/"+x.Files[0]) != string(solution) {
		t.Error("fetching again overwrote anna's work")
	}
	for _, s := range users {
		s.run(0, "'"+program+"' exchange submit "+x.Slug)
	}

	lap("handed in")
	// Collected, graded, given back.
	if out := course(0, "exchange", "collect", at("collected")); !strings.Contains(out, "2 submissions") {
		t.Errorf("collected: %s", out)
	}
	course(0, "grade", "--submissions", at("collected"), "--out", at("graded"), "--secret-file", at("secret"), "--roster", at("class", "students.csv"), "--exercise", x.Slug)
	book, err := os.ReadFile(at("graded", "gradebook.csv"))
	all := fmt.Sprintf("%.1f", x.Max())
	if err != nil || !regexp.MustCompile(x.Slug+`,,20[^,]*,anna,Arendt,Anna,,`+all+`,0\.0,`+all+","+all).Match(book) || !regexp.MustCompile(`,ben,Born,Ben,,0\.0,`).Match(book) {
		t.Errorf("%v, the grade book:\n%s", err, book)
	}
	if out := course(0, "exchange", "return", at("graded")); !strings.Contains(out, "2 students") {
		t.Errorf("returned: %s", out)
	}
	lap("graded")
	pages := map[string]string{}
	for name, s := range users {
		out := s.run(0, "'"+program+"' exchange feedback")
		file := regexp.MustCompile(`feedback/index-[0-9T-]+\.html`).FindString(out)
		pages[name] = s.file(file)
		own := map[string]string{"anna": "Arendt", "ben": "Born"}
		if file == "" || !strings.Contains(pages[name], own[name]) {
			t.Errorf("%s sees %q: %.300s", name, file, pages[name])
		}
	}
	if strings.Contains(pages["ben"], "Arendt") {
		t.Error("ben's page is anna's")
	}

	lap("feedback seen")
	// Neither reaches the other's server, nor the hub's list of users.
	for _, s := range []struct {
		who  *student
		path string
	}{{ben, "/user/anna/api/contents"}, {anna, "/user/ben/api/terminals"}, {ben, "/hub/api/users/anna"}, {ben, "/hub/api/users"}} {
		if code, text := s.who.api("GET", s.path, ""); code != http.StatusForbidden && code != http.StatusNotFound {
			t.Errorf("%s gives %s %d: %.200s", s.path, s.who.name, code, text)
		}
	}
	if thea := login(t, origin, "thea", password["thea"]); thea == nil {
		t.Error("the teacher cannot log in")
	} else if code, text := thea.api("GET", "/hub/api/users", ""); code != http.StatusOK || !strings.Contains(text, `"ben"`) {
		t.Errorf("the teacher's list: %d %s", code, text)
	}
	t.Run("files of the other", func(t *testing.T) {
		if !others {
			t.Skip(why)
		}
		for _, path := range []string{at("homes", "anna"), exchange.Inbound(at("exchange"), "anna"), exchange.Feedbacks(at("exchange"), "anna"), at("collected"), at("state"), at("secret")} {
			if _, err := os.Stat(path); err != nil {
				t.Error(err)
			}
			ben.run(-1, "ls '"+path+"/' || cat '"+path+"'")
		}
		ben.run(-1, "cat "+exchange.Inbound(at("exchange"), "anna")+"/"+x.Slug+"/*/"+x.Files[0])
		ben.run(-1, "ls '"+at("exchange", "students")+"'")
		ben.run(-1, "mv '"+exchange.Inbound(at("exchange"), "ben")+"' '"+at("exchange", "students", "ben", "away")+"'")
		ben.run(-1, "touch '"+exchange.Feedbacks(at("exchange"), "ben")+"/x'")
		ben.run(-1, "touch '"+at("exchange", "released", x.Slug)+"/x'")
		ben.run(-1, "'"+program+"' exchange submit "+x.Slug+" --student anna")
		ben.run(-1, "'"+program+"' exchange feedback --student anna")
		ben.run(0, "ls '"+exchange.Inbound(at("exchange"), "ben")+"' && test \"$(id -u)\" -ge 20000")
		if a, b := strings.TrimSpace(anna.run(0, "id -u")), strings.TrimSpace(ben.run(0, "id -u")); a == b {
			t.Errorf("both have the user id %s", a)
		}
	})
}

// dockerConfig reads jupyterhub_config.py: every setting must be known to its class, and a student's container mounts nothing of
// another's, a teacher's the whole exchange.
const dockerConfig = `
import os, sys
from traitlets.config import Config
from dockerspawner import DockerSpawner
from firstuseauthenticator import FirstUseAuthenticator
from jupyterhub.app import JupyterHub
from jupyterhub.proxy import ConfigurableHTTPProxy
c = Config()
scope = {"get_config": lambda: c, "__file__": sys.argv[1]}
exec(compile(open(sys.argv[1]).read(), sys.argv[1], "exec"), scope)
classes = {"JupyterHub": JupyterHub, "Spawner": DockerSpawner, "DockerSpawner": DockerSpawner, "Authenticator": FirstUseAuthenticator,
           "FirstUseAuthenticator": FirstUseAuthenticator, "ConfigurableHTTPProxy": ConfigurableHTTPProxy}
for name, section in c.items():
    for key in section:
        assert key in classes[name].class_trait_names(config=True), f"{name} has no {key}"
assert c.JupyterHub.spawner_class == "dockerspawner.DockerSpawner" and c.Authenticator.allowed_users == {"anna", "ben", "thea"}
exchange = os.environ["COURSE_EXCHANGE"]
mounts = scope["volumes"]("anna")
own = [exchange + "/students/anna/" + d for d in ("inbound", "feedback")]
assert set(mounts) == {"nncourse-work-{username}", exchange + "/released", *own}, mounts
assert [mounts[m]["mode"] for m in own] == ["rw", "ro"] and mounts[exchange + "/released"]["mode"] == "ro", mounts
assert exchange in scope["volumes"]("thea")
`

// freePorts gives ports on which nothing listens now.
func freePorts(t *testing.T, n int) (ports []string) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports = append(ports, fmt.Sprint(l.Addr().(*net.TCPAddr).Port))
	}
	return ports
}

func wait(t *testing.T, ctx context.Context, what string, ended <-chan error, ready func() bool) {
	t.Helper()
	for !ready() {
		select {
		case err := <-ended:
			t.Fatalf("the hub ended: %v", err)
		case <-ctx.Done():
			t.Fatalf("%s does not come", what)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// processesOf gives the processes that work in the folder or name it on their command line, after a moment in which they may end.
func processesOf(dir string) (found map[int]string) {
	for range 100 {
		found = map[int]string{}
		list, _ := filepath.Glob("/proc/[0-9]*")
		for _, p := range list {
			line, _ := os.ReadFile(p + "/cmdline")
			cwd, _ := os.Readlink(p + "/cwd")
			if bytes.Contains(line, []byte(dir)) || strings.HasPrefix(cwd, dir) {
				pid, _ := strconv.Atoi(filepath.Base(p))
				found[pid] = string(bytes.ReplaceAll(line, []byte{0}, []byte{' '}))
			}
		}
		if len(found) == 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return found
}

// student is a user of the hub, as a browser would be.
type student struct {
	t            *testing.T
	origin, name string
	client       *http.Client
	token        string
	terminal     *websocket.Conn
}

// login gives nil if the hub refuses.
func login(t *testing.T, origin, name, password string) *student {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	s := &student{t: t, origin: origin, name: name, client: &http.Client{Jar: jar, Timeout: 5 * time.Minute}}
	get, err := s.client.Get(origin + "/hub/login")
	if err != nil {
		t.Fatal(err)
	}
	get.Body.Close()
	xsrf := s.xsrf()
	r, err := s.client.PostForm(origin+"/hub/login?next=%2Fhub%2Ftoken", url.Values{"username": {name}, "password": {password}, "_xsrf": {xsrf}})
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusOK || r.Request.URL.Path != "/hub/token" {
		return nil
	}
	// A token of the user's own stands for the session from here on.
	req, _ := http.NewRequest("POST", origin+"/hub/api/users/"+name+"/tokens", strings.NewReader(`{"note":"test","expires_in":3600}`))
	req.Header.Set("X-XSRFToken", s.xsrf())
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Referer", origin+"/hub/token")
	if r, err = s.client.Do(req); err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, _ := io.ReadAll(r.Body)
	var made struct{ Token string }
	if json.Unmarshal(text, &made); made.Token == "" {
		t.Fatalf("%s gets no token: %d %s", name, r.StatusCode, text)
	}
	s.token = made.Token
	s.client = &http.Client{Timeout: 5 * time.Minute}
	return s
}

func (s *student) xsrf() string {
	u, _ := url.Parse(s.origin + "/hub/login")
	for _, c := range s.client.Jar.Cookies(u) {
		if c.Name == "_xsrf" {
			return c.Value
		}
	}
	return ""
}

func (s *student) api(method, path, body string) (int, string) {
	s.t.Helper()
	req, err := http.NewRequest(method, s.origin+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "token "+s.token)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	r, err := s.client.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer r.Body.Close()
	text, _ := io.ReadAll(r.Body)
	return r.StatusCode, string(text)
}

// file reads a file over the server's contents API.
func (s *student) file(path string) string {
	s.t.Helper()
	code, text := s.api("GET", "/user/"+s.name+"/api/contents/"+path+"?type=file&format=text&content=1", "")
	var f struct{ Content string }
	if err := json.Unmarshal([]byte(text), &f); code != http.StatusOK || err != nil {
		s.t.Errorf("%s reads %s: %d, %v, %.300s", s.name, path, code, err, text)
	}
	return f.Content
}

// open opens a terminal.
func (s *student) open() {
	s.t.Helper()
	code, text := s.api("POST", "/user/"+s.name+"/api/terminals", "")
	var made struct{ Name string }
	if json.Unmarshal([]byte(text), &made); made.Name == "" {
		s.t.Fatalf("%s gets no terminal: %d %s", s.name, code, text)
	}
	config, err := websocket.NewConfig("ws"+strings.TrimPrefix(s.origin, "http")+"/user/"+s.name+"/terminals/websocket/"+made.Name, s.origin)
	if err != nil {
		s.t.Fatal(err)
	}
	config.Header.Set("Authorization", "token "+s.token)
	if s.terminal, err = config.DialContext(context.Background()); err != nil {
		s.t.Fatalf("%s's terminal: %v", s.name, err)
	}
}

var prompt = regexp.MustCompile(`(?s)@begin@\r?\n(.*?)@end(\d+)@`)

// run types a command and waits for its end. code is the exit code that it must have; -1: any but 0.
func (s *student) run(code int, command string) string {
	s.t.Helper()
	line, _ := json.Marshal([]string{"stdin", "echo @'begin@'; " + command + "; echo @'end'$?@\r"})
	s.terminal.SetDeadline(time.Now().Add(4 * time.Minute))
	if err := websocket.Message.Send(s.terminal, string(line)); err != nil {
		s.t.Fatalf("%s: %v", s.name, err)
	}
	seen := ""
	for {
		var text string
		if err := websocket.Message.Receive(s.terminal, &text); err != nil {
			s.t.Fatalf("%s, %s: %v after %q", s.name, command, err, seen)
		}
		var message []any
		if json.Unmarshal([]byte(text), &message) != nil || len(message) < 2 || message[0] != "stdout" {
			continue
		}
		seen += fmt.Sprint(message[1])
		if m := prompt.FindStringSubmatch(seen); m != nil {
			if zero := m[2] == "0"; code < 0 && zero || code >= 0 && m[2] != fmt.Sprint(code) {
				s.t.Errorf("%s: %s ends with %s:\n%s", s.name, command, m[2], m[1])
			}
			return m[1]
		}
	}
}
