using EmailAuth.Messages;

namespace EmailAuth.Benchmarks;

/// <summary>Feeds sessions as a mail server does.</summary>
internal static class SessionFeed
{
    /// <summary>The reverse-path and the header, field by field; the body is to come.</summary>
    public static void BeginBody(this AuthenticationSession session, string mailFrom, HeaderBlock header)
    {
        session.SetMailFrom(mailFrom);
        for (var i = 0; i < header.Count; i++)
        {
            session.AddHeaderField(header[i].Name, header[i].Value);
        }

        session.EndOfHeaders();
    }
}
