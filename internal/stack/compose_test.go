package stack_test

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/aanpak/aanpak/internal/config"
)

// service is what the test looks at of a service of compose.yaml.
type service struct {
	Image       string            `yaml:"image"`
	Environment map[string]string `yaml:"environment"`
	Ports       []string          `yaml:"ports"`
	Healthcheck map[string]any    `yaml:"healthcheck"`
	Restart     string            `yaml:"restart"`
	ReadOnly    bool              `yaml:"read_only"`
	CapDrop     []string          `yaml:"cap_drop"`
	SecurityOpt []string          `yaml:"security_opt"`
	Volumes     []string          `yaml:"volumes"`
}

func services(t *testing.T) map[string]service {
	t.Helper()
	var file struct {
		Services map[string]service        `yaml:"services"`
		Volumes  map[string]map[string]any `yaml:"volumes"`
	}
	if err := yaml.Unmarshal([]byte(read(t, "compose.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	for name, s := range file.Services {
		for _, v := range s.Volumes {
			from, _, _ := strings.Cut(v, ":")
			if _, ok := file.Volumes[from]; !ok && !strings.HasPrefix(from, "./") {
				t.Errorf("%s mounts %s, which is no volume", name, from)
			}
		}
	}
	return file.Services
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// Every image is of one version, every service is watched and started again, and none gains rights.
func TestServicesAreWellKept(t *testing.T) {
	pinned := regexp.MustCompile(`^[a-z./-]+:v?[A-Za-z]*[.]?\d[\w.-]*$`)
	for name, s := range services(t) {
		if !pinned.MatchString(s.Image) && !strings.HasPrefix(s.Image, "aanpak:") {
			t.Errorf("%s: image %q is not of one version", name, s.Image)
		}
		if s.Restart == "" || s.Healthcheck == nil && s.Restart != "no" {
			t.Errorf("%s is not watched or not started again", name)
		}
		if !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s may gain rights", name)
		}
		if strings.HasPrefix(name, "aanpak") && (!s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"})) {
			t.Errorf("%s may write its root or has capabilities", name)
		}
	}
}

// Nothing but Caddy listens outside, and Caddy to this machine only until somebody says otherwise.
func TestNothingIsOpenByDefault(t *testing.T) {
	for name, s := range services(t) {
		if name != "caddy" && len(s.Ports) > 0 {
			t.Errorf("%s publishes %q", name, s.Ports)
		}
		for _, p := range s.Ports {
			if !strings.HasPrefix(p, "${AANPAK_BIND:-127.0.0.1}:") {
				t.Errorf("%s publishes %s to everybody", name, p)
			}
		}
		for key, value := range s.Environment {
			secret := regexp.MustCompile(`PASSWORD|SECRET|KEY|TOKEN|_USER_FILE`).MatchString(key)
			if secret && !strings.HasPrefix(value, "/run/") {
				t.Errorf("%s has a secret in %s: it belongs into a file", name, key)
			}
		}
	}
}

// The replicas are alike, and scripts/stack gives its own the same settings.
func TestReplicasHaveTheSameSettings(t *testing.T) {
	all := services(t)
	if !reflect.DeepEqual(all["aanpak-1"], all["aanpak-2"]) {
		t.Error("the replicas differ")
	}
	script := read(t, "scripts/stack")
	for name := range all["aanpak-1"].Environment {
		if !strings.Contains(script, name+"=") {
			t.Errorf("scripts/stack does not set %s", name)
		}
	}
	for name := range settings(t, script[strings.Index(script, "cat >\"$dir/environment\""):strings.Index(script, "replica 1 ")]) {
		if _, ok := all["aanpak-1"].Environment[name]; !ok {
			t.Errorf("compose.yaml does not set %s", name)
		}
	}
}

// Every variable that is named anywhere is one that somebody reads.
func TestVariablesExist(t *testing.T) {
	known := settings(t, read(t, "internal/config/config.go"))
	for name := range new(config.Config).Public() {
		known[name] = true // those of the ways of signing in are put together
	}
	compose := read(t, "compose.yaml")
	of := map[string]string{"compose.yaml": compose, ".env.example": read(t, ".env.example"), "Dockerfile": read(t, "Dockerfile")}
	for _, own := range []string{"AANPAK_SITE", "AANPAK_UPSTREAMS", "AANPAK_CADDY_PING"} {
		if !strings.Contains(read(t, "Caddyfile"), "{$"+own) {
			t.Errorf("the Caddyfile does not read %s", own)
		}
		known[own] = true
	}
	for file, text := range of {
		for name := range settings(t, text) {
			if !known[strings.TrimSuffix(name, "_FILE")] && !strings.Contains(compose, "${"+name+":-") {
				t.Errorf("%s names %s, which nobody reads", file, name)
			}
		}
	}
}

func settings(t *testing.T, text string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, name := range regexp.MustCompile(`AANPAK_[A-Z_0-9]+`).FindAllString(text, -1) {
		out[name] = true
	}
	if len(out) == 0 {
		t.Error("no settings found: the test reads too little")
	}
	return out
}
