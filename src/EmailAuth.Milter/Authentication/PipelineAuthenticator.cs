using System.Net;
using EmailAuth.Milter.Dialogue;

namespace EmailAuth.Milter.Authentication;

/// <summary>Judges messages with the library's pipeline, and turns what it finds into what the MTA is to do.</summary>
internal sealed class PipelineAuthenticator(AuthenticationPipeline pipeline, MilterOptions options) : IMessageAuthenticator
{
    private readonly VerdictPolicy _policy = new(options);

    public IMessageAuthentication Begin(IPAddress? client, string? helo) => new Session(pipeline.BeginSession(client, helo), _policy);

    private sealed class Session(AuthenticationSession inner, VerdictPolicy policy) : IMessageAuthentication
    {
        public void SetHelo(string helo) => inner.SetHelo(helo);

        public void SetMailFrom(string reversePath, bool isAuthenticated)
        {
            inner.IsAuthenticatedSubmission = isAuthenticated;
            inner.SetMailFrom(reversePath);
        }

        public void AddHeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => inner.AddHeaderField(name, value);

        public void EndOfHeaders() => inner.EndOfHeaders();

        public void AppendBody(ReadOnlySpan<byte> bytes) => inner.AppendBody(bytes);

        public async ValueTask<MilterVerdict> CompleteAsync(CancellationToken cancellationToken) =>
            policy.Decide(await inner.CompleteAsync(cancellationToken));

        public void Reset() => inner.Reset();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
