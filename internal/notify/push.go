package notify

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/SherClockHolmes/webpush-go"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/settings"
)

// vapidSetting holds the key by which the makers of browsers know this installation, sealed.
const vapidSetting = "notify.vapid"

// pushKept is how long a maker's service keeps what a device that is off did not get yet.
const pushKept = 24 * time.Hour

// vapid is that key.
type vapid struct {
	Private string `json:"private"`
	Public  string `json:"public"`
}

// note is what a device shows. It is read by web/js/sw.js.
type note struct {
	Title string `json:"title"`
	Body  string `json:"body,omitempty"`
	URL   string `json:"url"`
	Tag   string `json:"tag"` // one of a thread takes the place of the one before
}

// UsePushService has notifications of devices sent by a client, to some hosts instead of the makers of browsers: for tests.
func (s *Service) UsePushService(c *http.Client, hosts ...string) {
	s.pushClient, s.pushHosts = c, hosts
}

func newPushClient() *http.Client {
	return &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// PushKey is the public part of the key, for browsers.
func (s *Service) PushKey(ctx context.Context) (string, error) {
	k, err := s.vapidKey(ctx)
	return k.Public, err
}

// vapidKey returns the key, which the first process that needs it makes.
func (s *Service) vapidKey(ctx context.Context) (k vapid, err error) {
	sealer, err := s.People.Sealer(ctx)
	if err != nil {
		return k, err
	}
	sealed, err := settings.Get(ctx, s.DB.Reader(), vapidSetting)
	if err == nil && sealed == "" {
		sealed, err = s.makeVapid(ctx, sealer)
	}
	if err != nil {
		return k, fmt.Errorf("key of push notifications: %w", db.Classify(err))
	}
	plain, err := sealer.Open(vapidSetting, sealed)
	if err == nil {
		err = json.Unmarshal([]byte(plain), &k)
	}
	if err != nil {
		return k, fmt.Errorf("key of push notifications: %w", err)
	}
	return k, nil
}

func (s *Service) makeVapid(ctx context.Context, sealer *auth.Sealer) (sealed string, err error) {
	var k vapid
	if k.Private, k.Public, err = webpush.GenerateVAPIDKeys(); err != nil {
		return "", err
	}
	body, err := json.Marshal(k)
	if err != nil {
		return "", err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		sealed, err = settings.First(ctx, tx, vapidSetting, sealer.Seal(vapidSetting, string(body)))
		return err
	})
	return sealed, err
}

// sendPush is the job: it shows on somebody's devices all that is due, as one notification.
func (s *Service) sendPush(ctx context.Context, _ jobs.Run, a userArgs) error {
	list, ids, err := s.due(ctx, a.User, "push_at")
	if errs.Is(err, errs.KindUnauthorized) {
		return s.sent(ctx, "push_at", ids)
	}
	if err != nil {
		return err
	}
	if len(list) > 0 {
		if err := s.push(ctx, a.User, list); err != nil {
			return err
		}
	}
	return s.sent(ctx, "push_at", ids)
}

func (s *Service) push(ctx context.Context, userID string, list []*Bundle) error {
	devices, err := devicesOf(ctx, s.DB.Reader(), userID, s.Now())
	if err != nil || len(devices) == 0 {
		return db.Classify(err)
	}
	u, err := s.People.User(ctx, auth.System(), userID)
	if err != nil {
		return err
	}
	key, err := s.vapidKey(ctx)
	if err != nil {
		return err
	}
	body, err := json.Marshal(noteOf(i18n.For(cmp.Or(u.Language, "nl")), list))
	if err != nil {
		return err
	}
	var failed error
	for _, d := range devices {
		if err := s.pushTo(ctx, d, key, body); err != nil {
			failed = err // the others get it all the same; those that have it show it once, by its tag
		}
	}
	return failed
}

// noteOf words what is due. As in mail, of what is for few there is the title alone.
func noteOf(l *i18n.Localizer, list []*Bundle) note {
	if len(list) > 1 {
		return note{Title: l.N("notify.mail.subject", len(list)), Body: list[0].Sentences(l)[0], URL: "/notifications", Tag: "many"}
	}
	b := list[0]
	n := note{Title: b.Sentences(l)[0], URL: b.URL, Tag: b.Thread}
	if b.Wide {
		n.Body = b.Text
	}
	n.Title, n.Body = fold.Cut(n.Title, 120), fold.Cut(n.Body, maxText) // the whole must fit 4,096 bytes
	return n
}

// pushTo sends to one device. One that is gone for good is forgotten.
func (s *Service) pushTo(ctx context.Context, d *Device, key vapid, body []byte) error {
	if s.checkSubscription(d.subscription()) != nil {
		return s.forgetDevice(ctx, d)
	}
	res, err := webpush.SendNotificationWithContext(ctx, body, &webpush.Subscription{Endpoint: d.Endpoint, Keys: webpush.Keys{P256dh: d.P256dh, Auth: d.AuthSecret}}, &webpush.Options{
		HTTPClient: s.pushClient, Subscriber: s.URL, TTL: int(pushKept.Seconds()), VAPIDPublicKey: key.Public, VAPIDPrivateKey: key.Private, Urgency: webpush.UrgencyNormal,
	})
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, 4096)
	switch {
	case res.StatusCode == http.StatusGone, res.StatusCode == http.StatusNotFound:
		return s.forgetDevice(ctx, d)
	case res.StatusCode == http.StatusTooManyRequests, res.StatusCode >= http.StatusInternalServerError:
		return fmt.Errorf("push: the service of the browser's maker answers %d", res.StatusCode)
	case res.StatusCode >= http.StatusBadRequest:
		s.Log.WarnContext(ctx, "a push notification was refused", "status", res.StatusCode, "device", d.ID)
		return nil
	}
	return db.Classify(s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(&Device{ID: d.ID, UsedAt: bun.NullTime{Time: s.Now()}}).Column("used_at").WherePK().Exec(ctx)
		return err
	}))
}

func (d *Device) subscription() (n Subscription) {
	n.Endpoint, n.Keys.P256dh, n.Keys.Auth = d.Endpoint, d.P256dh, d.AuthSecret
	return n
}

func (s *Service) forgetDevice(ctx context.Context, d *Device) error {
	return db.Classify(s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewDelete().Model((*Device)(nil)).Where("id = ?", d.ID).Exec(ctx)
		return err
	}))
}
