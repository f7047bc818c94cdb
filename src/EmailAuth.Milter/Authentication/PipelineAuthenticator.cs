using System.Net;
using System.Text;
using EmailAuth.Hosting;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Signing;

namespace EmailAuth.Milter.Authentication;

/// <summary>Judges messages with the library's pipeline, and turns each outcome into an answer for the MTA.</summary>
/// <param name="pipeline">Judges the messages.</param>
/// <param name="search">
/// The same pipeline with ARC as its only method. It only searches a message for the fields that must be removed. Results in a chain that passes
/// and that we sealed stay, because removing them would break the chain.
/// </param>
/// <param name="options">The settings.</param>
/// <param name="time">The clock.</param>
internal sealed class PipelineAuthenticator(AuthenticationPipeline pipeline, AuthenticationPipeline search, MilterOptions options, TimeProvider time) : IMessageAuthenticator
{
    private readonly AnswerPolicy _policy = new(options);

    public IMessageAuthentication Begin(IPAddress? client, string? helo) => new Session(this, pipeline.BeginSession(client, helo));

    private sealed class Session(PipelineAuthenticator owner, AuthenticationSession judging) : IMessageAuthentication
    {
        private AuthenticationSession? _searching;
        private MessageSigning? _signing;
        private bool _isSubmission;

        private AuthenticationSession Current => _isSubmission ? _searching! : judging;

        public void SetHelo(string helo) => judging.SetHelo(helo);

        public void SetMailFrom(string reversePath, bool isAuthenticated)
        {
            judging.IsAuthenticatedSubmission = isAuthenticated;
            judging.SetMailFrom(reversePath);
        }

        public void SetSubmission()
        {
            _searching ??= owner.Search();
            _isSubmission = true;
        }

        public void AddRecipient(string mailbox) => Current.AddRecipient(mailbox);

        public void Sign() => _signing = owner.BeginSigning();

        public void AddHeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            Current.AddHeaderField(name, value);
            if (_signing is not null && !owner.Removes(name))
            {
                _signing.AddHeaderField(name, value);
            }
        }

        public void EndOfHeaders()
        {
            Current.EndOfHeaders();
            _signing?.EndOfHeaders();
        }

        public void AppendBody(ReadOnlySpan<byte> bytes)
        {
            Current.AppendBody(bytes);
            _signing?.AppendBody(bytes);
        }

        public async ValueTask<MessageAnswer> CompleteAsync(CancellationToken cancellationToken)
        {
            var verdict = owner._policy.Decide(await Current.CompleteAsync(cancellationToken));
            if (_isSubmission || verdict.IsOfUncheckedClient)
            {
                verdict = verdict with { Insertions = [] };
            }

            if (_signing is null)
            {
                return verdict;
            }

            if (verdict.Outcome?.Relay is not null)
            {
                // It came from outside, through a relay that may well be in a network whose mail is signed.
                return verdict with { Signing = new SigningOutcome("relayed", _signing.Author) };
            }

            // Below our results: those may be removed by the next host, and a signature does not cover them.
            var (fields, outcome) = await _signing.CompleteAsync(cancellationToken);
            return verdict with { Insertions = [.. verdict.Insertions, .. fields], Signing = outcome };
        }

        public void ReportApplied(AppliedAction applied) => Current.ReportApplied(applied);

        public void Reset()
        {
            Current.Reset();
            _isSubmission = false;
            EndSigning();
        }

        public async ValueTask DisposeAsync()
        {
            EndSigning();
            await judging.DisposeAsync();
            if (_searching is not null)
            {
                await _searching.DisposeAsync();
            }
        }

        private void EndSigning()
        {
            _signing?.Dispose();
            _signing = null;
        }
    }

    // Whether a field leaves the message, and so cannot be signed. Results are never signed.
    private bool Removes(ReadOnlySpan<byte> name)
    {
        foreach (var removed in options.Authentication.RemoveFields)
        {
            if (Ascii.EqualsIgnoreCase(name.TrimEnd(" \t"u8), removed))
            {
                return true;
            }
        }

        return false;
    }

    private MessageSigning? BeginSigning() => options.SigningTable is { } file ? new MessageSigning(file.Content, time) : null;

    private AuthenticationSession Search() => search.BeginSession(null);
}
