#!/bin/sh
# Posts a message as SendGrid does, signed with a key: post.sh KEY SENDER_IP MAIL_FROM MESSAGE [URL]. Prints the status of the answer.
set -eu
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
  printf -- '--xYzZY\r\nContent-Disposition: form-data; name="envelope"\r\n\r\n{"to":["help@inbound.example.org"],"from":"%s"}\r\n' "$3"
  printf -- '--xYzZY\r\nContent-Disposition: form-data; name="sender_ip"\r\n\r\n%s\r\n' "$2"
  printf -- '--xYzZY\r\nContent-Disposition: form-data; name="email"\r\n\r\n'
  cat "$4"
  printf '\r\n--xYzZY--\r\n'
} >"$body"
timestamp=$(date +%s)
signature=$({ printf '%s' "$timestamp"; cat "$body"; } | openssl dgst -sha256 -sign "$1" | base64 | tr -d '\n')
curl --silent --show-error --output /dev/null --write-out '%{http_code}\n' --data-binary "@$body" \
  --header 'Content-Type: multipart/form-data; boundary=xYzZY' --header "X-Twilio-Email-Event-Webhook-Timestamp: $timestamp" \
  --header "X-Twilio-Email-Event-Webhook-Signature: $signature" "${5:-http://127.0.0.1:8080/inbound}"
