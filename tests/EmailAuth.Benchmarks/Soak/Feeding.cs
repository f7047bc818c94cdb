namespace EmailAuth.Benchmarks.Soak;

/// <summary>The ways in which a message reaches the pipeline.</summary>
internal static class Feeding
{
    // A message of megabytes is not cut into single bytes: it would be the only one that the soak has time for.
    private const int MostPieces = 32 * 1024;

    private const int ChunkLength = 4096;

    public static IReadOnlyList<Func<AuthenticationPipeline, SoakMail, CancellationToken, ValueTask<AuthenticationOutcome>>> Ways { get; } =
    [
        static (pipeline, mail, token) => pipeline.AuthenticateAsync(mail.Envelope, mail.Message, token),
        static (pipeline, mail, token) => StreamAsync(pipeline, mail, mail.Message.Length, token),
        static (pipeline, mail, token) => StreamAsync(pipeline, mail, PieceLength(mail), token),
        static (pipeline, mail, token) => SessionAsync(pipeline, mail, ChunkLength, token),
        static (pipeline, mail, token) => SessionAsync(pipeline, mail, PieceLength(mail), token),
    ];

    /// <summary>Begins a session with what is known of the client.</summary>
    public static AuthenticationSession Begin(AuthenticationPipeline pipeline, SoakMail mail) =>
        pipeline.BeginSession(mail.Envelope.ClientAddress, mail.Envelope.Helo);

    /// <summary>Feeds a session step by step, as SMTP does; each step is done when it is returned. Completing is left to the caller.</summary>
    public static IEnumerable<string> Steps(AuthenticationSession session, SoakMail mail, int chunkLength = ChunkLength)
    {
        if (mail.Envelope.MailFrom is { } mailFrom)
        {
            session.SetMailFrom(mailFrom);
            yield return "MAIL FROM";
        }

        var header = mail.Header;
        for (var i = 0; i < header.Count; i++)
        {
            session.AddHeaderField(header[i].Name, header[i].Value);
            yield return "field";
        }

        session.EndOfHeaders();
        yield return "end of the header";
        for (var start = header.BodyOffset; start < mail.Message.Length; start += chunkLength)
        {
            session.AppendBody(mail.Message.AsSpan(start, Math.Min(chunkLength, mail.Message.Length - start)));
            yield return "body";
        }
    }

    /// <summary>Feeds a whole message. Completing is left to the caller.</summary>
    public static void Feed(AuthenticationSession session, SoakMail mail, int chunkLength = ChunkLength) => _ = Steps(session, mail, chunkLength).Count();

    private static int PieceLength(SoakMail mail) => 1 + (mail.Message.Length / MostPieces);

    private static async ValueTask<AuthenticationOutcome> StreamAsync(AuthenticationPipeline pipeline, SoakMail mail, int length, CancellationToken cancellationToken)
    {
        using var stream = new PieceStream(mail.Message, length);
        return await pipeline.AuthenticateAsync(mail.Envelope, stream, cancellationToken);
    }

    private static async ValueTask<AuthenticationOutcome> SessionAsync(AuthenticationPipeline pipeline, SoakMail mail, int length, CancellationToken cancellationToken)
    {
        await using var session = Begin(pipeline, mail);
        Feed(session, mail, length);
        return await session.CompleteAsync(cancellationToken);
    }
}
