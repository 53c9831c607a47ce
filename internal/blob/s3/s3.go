// Package s3 is a blob.Store on any S3 server (MinIO and others), through minio-go.
package s3

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/aanpak/aanpak/internal/blob"
)

// partSize bounds memory where the length is unknown: without it minio-go prepares for the largest object there can be.
const partSize = 16 << 20

// Store keeps blobs in a bucket, below an optional prefix.
type Store struct {
	client *minio.Client
	bucket string
	prefix string
	region string
	links  time.Duration // how long an address of Link is good; 0 = none are given
	found  atomic.Bool   // the bucket is there
}

// longestLink is how long S3 lets a signed address be good.
const longestLink = 7 * 24 * time.Hour

// Open reads "minio://KEY:SECRET@host:9000/bucket[/prefix]?tls=false&region=…&links=5m" and makes the bucket where it is missing.
// links lets browsers download from the store itself, at addresses that are good for so long: the store's host must then be
// one that they reach. It fails where the server refuses; where it does not answer Open succeeds, and the bucket is looked for when
// it is first written to: see Found.
func Open(ctx context.Context, address string) (*Store, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("AANPAK_BLOB_URL is not a valid address")
	}
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if u.User == nil || u.Host == "" || bucket == "" {
		return nil, fmt.Errorf("AANPAK_BLOB_URL must look like minio://KEY:SECRET@host:9000/bucket?tls=false")
	}
	tls := true
	if v := u.Query().Get("tls"); v != "" {
		if tls, err = strconv.ParseBool(v); err != nil {
			return nil, fmt.Errorf("AANPAK_BLOB_URL: tls must be true or false, not %q", v)
		}
	}
	var links time.Duration
	if v := u.Query().Get("links"); v != "" {
		if links, err = time.ParseDuration(v); err != nil || links < time.Second || links > longestLink {
			return nil, fmt.Errorf("AANPAK_BLOB_URL: links must be a time like 5m, not %q", v)
		}
	}
	secret, _ := u.User.Password()
	transport, err := newTransport(tls)
	if err != nil {
		return nil, fmt.Errorf("open S3 store: %w", err)
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds:  credentials.NewStaticV4(u.User.Username(), secret, ""),
		Secure: tls,
		Region: u.Query().Get("region"),
		// Some servers refuse checksum trailers; parts carry an MD5 instead and we keep a SHA-256 of our own.
		TrailingHeaders: false,
		Transport:       transport,
		MaxRetries:      attempts,
	})
	if err != nil {
		return nil, fmt.Errorf("open S3 store: %w", err)
	}
	s := &Store{client: client, bucket: bucket, prefix: prefix, region: u.Query().Get("region"), links: links}
	first, cancel := context.WithTimeout(ctx, openWait)
	defer cancel()
	if err := s.ensureBucket(first); err != nil && (!isAway(err) || ctx.Err() != nil) {
		return nil, err
	}
	return s, nil
}

// Found tells whether the bucket is there. It is not where the server has not answered yet.
func (s *Store) Found() bool { return s.found.Load() }

// ensureBucket makes the bucket where it is missing, until it has been seen once.
func (s *Store) ensureBucket(ctx context.Context) error {
	if s.Found() {
		return nil
	}
	ok, err := s.client.BucketExists(ctx, s.bucket)
	if err != nil {
		return fmt.Errorf("look for bucket %s: %w; check key, secret and bucket in AANPAK_BLOB_URL", s.bucket, err)
	}
	if !ok {
		err = s.client.MakeBucket(ctx, s.bucket, minio.MakeBucketOptions{Region: s.region})
	}
	if err != nil {
		if ok, _ := s.client.BucketExists(ctx, s.bucket); !ok { // else another process was first
			return fmt.Errorf("make bucket %s: %w; make it yourself, or give the key of AANPAK_BLOB_URL the right to", s.bucket, err)
		}
	}
	s.found.Store(true)
	return nil
}

func (s *Store) name(key string) (string, error) {
	if err := blob.CheckKey(key); err != nil {
		return "", err
	}
	if s.prefix == "" {
		return key, nil
	}
	return s.prefix + "/" + key, nil
}

// Put uploads in parts of 16 MiB; the object appears when the last part is in.
func (s *Store) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	name, err := s.name(key)
	if err != nil {
		return err
	}
	if err := s.ensureBucket(ctx); err != nil {
		return fmt.Errorf("put %s: %w", key, err)
	}
	counted := &countingReader{r: r}
	_, err = s.client.PutObject(ctx, s.bucket, name, counted, size, minio.PutObjectOptions{
		PartSize: partSize, SendContentMd5: true, ContentType: "application/octet-stream",
	})
	if err == nil && size >= 0 {
		// A reader that has more than it said is as wrong as one that has less.
		var one [1]byte
		if n, _ := io.ReadFull(r, one[:]); n > 0 || counted.n != size {
			_ = s.client.RemoveObject(context.WithoutCancel(ctx), s.bucket, name, minio.RemoveObjectOptions{})
			err = io.ErrUnexpectedEOF
		}
	}
	if err != nil {
		return fmt.Errorf("put %s: %w", key, err)
	}
	return nil
}

type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// Open returns the blob for reading; ranges are asked of the server as they are read.
func (s *Store) Open(ctx context.Context, key string) (blob.Blob, error) {
	info, err := s.Stat(ctx, key)
	if err != nil {
		return nil, err
	}
	name, err := s.name(key)
	if err != nil {
		return nil, err
	}
	o, err := s.client.GetObject(ctx, s.bucket, name, minio.GetObjectOptions{})
	if err != nil {
		return nil, classify(key, err)
	}
	return &object{Object: o, info: info}, nil
}

// Link implements blob.Linker where the address of the store says for how long.
func (s *Store) Link(ctx context.Context, key, filename, mediaType string) (string, error) {
	if s.links == 0 {
		return "", blob.ErrNoLinks
	}
	name, err := s.name(key)
	if err != nil {
		return "", err
	}
	answer := url.Values{
		"response-content-disposition": {mime.FormatMediaType("attachment", map[string]string{"filename": filename})},
		"response-content-type":        {mediaType},
	}
	u, err := s.client.PresignedGetObject(ctx, s.bucket, name, s.links, answer)
	if err != nil {
		return "", fmt.Errorf("link to %s: %w", key, err)
	}
	return u.String(), nil
}

type object struct {
	*minio.Object
	info blob.Info
}

func (o *object) Info() blob.Info { return o.info }

// Stat returns the size and time of a blob.
func (s *Store) Stat(ctx context.Context, key string) (blob.Info, error) {
	name, err := s.name(key)
	if err != nil {
		return blob.Info{}, err
	}
	i, err := s.client.StatObject(ctx, s.bucket, name, minio.StatObjectOptions{})
	if err != nil {
		return blob.Info{}, classify(key, err)
	}
	return blob.Info{Key: key, Size: i.Size, Modified: i.LastModified}, nil
}

// Delete removes a blob.
func (s *Store) Delete(ctx context.Context, key string) error {
	name, err := s.name(key)
	if err != nil {
		return err
	}
	err = s.client.RemoveObject(ctx, s.bucket, name, minio.RemoveObjectOptions{})
	if err != nil && minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return nil
	}
	return err
}

// List calls f for every key with the prefix, in the server's lexical order.
func (s *Store) List(ctx context.Context, prefix string, f func(blob.Info) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the listing when f has had enough
	head := ""
	if s.prefix != "" {
		head = s.prefix + "/"
	}
	for o := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: head + prefix, Recursive: true}) {
		if o.Err != nil {
			return fmt.Errorf("list %s: %w", prefix, o.Err)
		}
		if err := f(blob.Info{Key: strings.TrimPrefix(o.Key, head), Size: o.Size, Modified: o.LastModified}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Ping asks for the bucket, and makes it where the server was away when the store was opened.
func (s *Store) Ping(ctx context.Context) error {
	if !s.Found() {
		return s.ensureBucket(ctx)
	}
	ok, err := s.client.BucketExists(ctx, s.bucket)
	if err == nil && !ok {
		err = fmt.Errorf("bucket %s is gone", s.bucket)
	}
	return err
}

func classify(key string, err error) error {
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return fmt.Errorf("%w: %s", blob.ErrNotFound, key)
	}
	return err
}
