using System.Collections.Immutable;
using System.Net;
using System.Text;
using EmailAuth.Cli.Commands;

namespace EmailAuth.Cli.Serve;

/// <summary>What the query of a request says about the SMTP dialogue.</summary>
/// <remarks>
/// The query is percent-encoded UTF-8 (RFC 3986 section 2.1). What is unclear is refused, so that a host which forgets to encode a value finds
/// out at once, and a client of that host cannot add or hide a parameter. What a client of the host may say is judged, never refused: an
/// odd HELO or MAIL FROM has a result, as it has in an SMTP server.
/// </remarks>
internal sealed class CheckRequest
{
    private const int MaxValueLength = 1024;
    private const int MaxQueueIdLength = 128;

    /// <summary>The envelope.</summary>
    public required SmtpEnvelope Envelope { get; init; }

    /// <summary>The host's name of the message, for the log; null when it has none.</summary>
    public string? QueueId { get; init; }

    /// <summary>Reads a query.</summary>
    /// <param name="query">The query, with or without its question mark.</param>
    /// <param name="errors">What is wrong with it; empty when the request is clear.</param>
    /// <returns>The request; null when there are errors.</returns>
    public static CheckRequest? Parse(string query, out ImmutableArray<ParameterError> errors)
    {
        var reader = new Reader();
        var rest = query.AsSpan().TrimStart('?');
        foreach (var range in rest.Split('&'))
        {
            if (!rest[range].IsEmpty)
            {
                reader.Read(rest[range]);
            }
        }

        return reader.Finish(out errors);
    }

    private sealed class Reader
    {
        private readonly List<ParameterError> _errors = [];
        private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
        private readonly ImmutableArray<string>.Builder _recipients = ImmutableArray.CreateBuilder<string>();

        public void Read(ReadOnlySpan<char> pair)
        {
            var equals = pair.IndexOf('=');
            var name = new string(equals < 0 ? pair : pair[..equals]);
            if (name is not ("client_ip" or "helo" or "mail_from" or "rcpt_to" or "authenticated" or "queue_id"))
            {
                _errors.Add(new ParameterError(Shown(name), "there is no such parameter"));
            }
            else if (equals < 0)
            {
                _errors.Add(new ParameterError(name, "it has no value: write NAME=VALUE"));
            }
            else if (Decode(pair[(equals + 1)..], out var reason) is not { } value)
            {
                _errors.Add(new ParameterError(name, reason));
            }
            else if (name == "rcpt_to")
            {
                _recipients.Add(value);
            }
            else if (!_values.TryAdd(name, value))
            {
                _errors.Add(new ParameterError(name, "it appears more than once"));
            }
        }

        public CheckRequest? Finish(out ImmutableArray<ParameterError> errors)
        {
            var client = Client();
            var mailFrom = Required("mail_from", "it is missing: give the reverse-path of MAIL FROM, empty for the null one");
            var isAuthenticated = Flag("authenticated");
            var queueId = _values.GetValueOrDefault("queue_id");
            if (queueId?.Length > MaxQueueIdLength)
            {
                _errors.Add(new ParameterError("queue_id", $"it has more than {MaxQueueIdLength} characters"));
            }

            errors = [.. _errors];
            return _errors.Count > 0 ? null : new CheckRequest
            {
                Envelope = new SmtpEnvelope(client, _values.GetValueOrDefault("helo"), mailFrom)
                {
                    Recipients = _recipients.ToImmutable(),
                    IsAuthenticatedSubmission = isAuthenticated,
                },
                QueueId = queueId,
            };
        }

        private static string Shown(string name) => Output.VisibleText.Of(name.Length > 40 ? name[..40] : name);

        private string? Required(string name, string reason)
        {
            if (_values.TryGetValue(name, out var value))
            {
                return value;
            }

            // A value that cannot be read is reported already.
            if (_errors.TrueForAll(error => error.Parameter != name))
            {
                _errors.Add(new ParameterError(name, reason));
            }

            return null;
        }

        // The historic forms that the platform also reads (127.1, 0x7f.0.0.1, and 010 for 8), brackets and a zone are refused.
        private IPAddress? Client()
        {
            if (Required("client_ip", "it is missing: give the address of the SMTP client") is not { } text)
            {
                return null;
            }

            if (HostText.TryParseAddress(text, out var address))
            {
                return address;
            }

            _errors.Add(new ParameterError("client_ip", "it is not an IPv4 or IPv6 address"));
            return null;
        }

        private bool Flag(string name)
        {
            switch (_values.GetValueOrDefault(name))
            {
                case "true":
                    return true;
                case null or "false":
                    return false;
                default:
                    _errors.Add(new ParameterError(name, "it must be true or false"));
                    return false;
            }
        }

        private static string? Decode(ReadOnlySpan<char> text, out string reason)
        {
            reason = string.Empty;
            if (text.Length > 3 * MaxValueLength)
            {
                reason = $"it has more than {MaxValueLength} octets";
                return null;
            }

            Span<byte> bytes = stackalloc byte[3 * MaxValueLength];
            var count = 0;
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] == '%')
                {
                    if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                    {
                        reason = "a percent sign is not followed by two hexadecimal digits: write %25 for a percent sign";
                        return null;
                    }

                    bytes[count++] = Convert.FromHexString(text.Slice(i + 1, 2))[0];
                    i += 2;
                }
                else if (text[i] is '+' or <= ' ' or >= '\x7f')
                {
                    // HTML forms write "+" for a space, RFC 3986 for itself: a guess could change an address.
                    reason = "it has a plus sign, a space or another character that is not percent-encoded: write %2B for a plus sign and %20 for a space";
                    return null;
                }
                else
                {
                    bytes[count++] = (byte)text[i];
                }
            }

            return ToText(bytes[..count], out reason);
        }

        // Octets that are not UTF-8 become U+FFFD, as in the milter: a client may send any octet, and its message gets a result.
        private static string? ToText(ReadOnlySpan<byte> bytes, out string reason)
        {
            reason = bytes.Length > MaxValueLength ? $"it has more than {MaxValueLength} octets"
                : bytes.ContainsAnyInRange((byte)0, (byte)0x1f) || bytes.Contains((byte)0x7f) ? "it has a control character"
                : string.Empty;
            return reason.Length > 0 ? null : Encoding.UTF8.GetString(bytes);
        }
    }
}

/// <summary>What is wrong with a parameter.</summary>
/// <param name="Parameter">Its name.</param>
/// <param name="Reason">What is wrong, in one line for the author of the host.</param>
internal sealed record ParameterError(string Parameter, string Reason);
