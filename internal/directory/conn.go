package directory

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"time"

	"github.com/go-ldap/ldap/v3"
)

// How long the directory may take to be reached, and to answer one question.
const (
	dialTime   = 5 * time.Second
	answerTime = 20 * time.Second
)

// pageSize is how many entries are asked for at once; Active Directory gives at most 1,000.
const pageSize = 500

// conn is a connection that ends with its context.
type conn struct {
	*ldap.Conn
	ctx  context.Context
	stop func() bool
}

func (d *Directory) dial(ctx context.Context) (*conn, error) {
	raw, err := d.connect(ctx)
	if err != nil {
		return nil, away("connect", err)
	}
	c := ldap.NewConn(raw, d.address.ldaps)
	c.Start()
	c.SetTimeout(answerTime)
	out := &conn{c, ctx, context.AfterFunc(ctx, func() { _ = c.Close() })}
	if !d.address.startTLS {
		return out, nil
	}
	if err := c.StartTLS(d.address.tls); err != nil {
		out.close()
		return nil, away("begin TLS", err)
	}
	return out, nil
}

// connect reaches the server, with TLS where that is from the first byte.
func (d *Directory) connect(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	to := net.JoinHostPort(d.address.host, d.address.port)
	if d.address.ldaps {
		return (&tls.Dialer{Config: d.address.tls}).DialContext(ctx, "tcp", to)
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", to)
}

func (c *conn) close() {
	c.stop()
	_ = c.Close()
}

// reader is a connection of the account that may read.
func (d *Directory) reader(ctx context.Context) (*conn, error) {
	c, err := d.dial(ctx)
	if err != nil {
		return nil, err
	}
	if d.settings.BindDN == "" {
		return c, nil
	}
	if err := c.Bind(d.settings.BindDN, d.settings.BindPassword); err != nil {
		c.close()
		return nil, away("sign in as the account that reads", err)
	}
	return c, nil
}

// search returns all entries, in pages, so that no limit of the server cuts the list short in silence.
func (c *conn) search(base string, scope int, filter string, attributes ...string) ([]*ldap.Entry, error) {
	req := ldap.NewSearchRequest(base, scope, ldap.NeverDerefAliases, 0, 0, false, filter, attributes, nil)
	var res *ldap.SearchResult
	var err error
	if scope == ldap.ScopeBaseObject {
		res, err = c.Search(req)
	} else {
		res, err = c.SearchWithPaging(req, pageSize)
	}
	if err != nil {
		return nil, away("search", errors.Join(context.Cause(c.ctx), err))
	}
	return res.Entries, nil
}

// first returns the first entries under a base, and whether there are more. The rest is not asked for.
func (c *conn) first(base, filter string, most int, attributes ...string) (list []*ldap.Entry, more bool, err error) {
	page := ldap.NewControlPaging(uint32(most)) //nolint:gosec // a handful
	res, err := c.Search(ldap.NewSearchRequest(base, ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, 0, 0, false, filter, attributes, []ldap.Control{page}))
	if err != nil {
		return nil, false, away("search", errors.Join(context.Cause(c.ctx), err))
	}
	if next, ok := ldap.FindControl(res.Controls, ldap.ControlTypePaging).(*ldap.ControlPaging); ok {
		more = len(next.Cookie) > 0
	}
	return res.Entries, more, nil
}

// Ping tells whether the directory answers, and whether there is anything under the base to be seen with the account that reads.
func (d *Directory) Ping(ctx context.Context) error {
	c, err := d.reader(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	found, err := c.search(d.settings.Base, ldap.ScopeBaseObject, "(objectClass=*)", "1.1")
	if err == nil && len(found) == 0 {
		err = away("look under the base", errors.New("there is nothing to be seen"))
	}
	return err
}

// Check tells whether a password is the person's, by signing in with it. It returns ErrWrongPassword where it is not.
func (d *Directory) Check(ctx context.Context, dn, password string) error {
	if dn == "" || password == "" { // a server would take either for anybody, and say yes
		return ErrWrongPassword
	}
	c, err := d.dial(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	switch err := c.Bind(dn, password); {
	case err == nil:
		return nil
	case wrongPassword(err):
		return ErrWrongPassword
	default:
		return away("sign in", errors.Join(context.Cause(ctx), err))
	}
}
