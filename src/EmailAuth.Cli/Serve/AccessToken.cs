using System.Security.Cryptography;
using System.Text;
using EmailAuth.Milter.Configuration;
using Microsoft.Extensions.Primitives;

namespace EmailAuth.Cli.Serve;

/// <summary>The token that a host sends as <c>Authorization: Bearer TOKEN</c> (RFC 6750 section 2.1).</summary>
internal sealed class AccessToken
{
    /// <summary>The environment variable with the token.</summary>
    public const string Variable = "EMAILAUTH_SERVE_TOKEN";

    // RFC 6750 section 5.2: a token must not be guessed.
    private const int MinLength = 16;
    private const int MaxLength = 512;
    private const string Scheme = "Bearer ";

    private readonly byte[] _digest;

    private AccessToken(string token) => _digest = SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Reads the token from a file, or from the environment when there is no file; null when there is neither.</summary>
    /// <exception cref="CommandException">Both are given, others can read or write the file, or the token is not usable.</exception>
    public static AccessToken? Read(string? file, string? variable)
    {
        if (file is null)
        {
            return variable is null ? null : Parse(variable, Variable);
        }

        if (variable is not null)
        {
            throw new CommandException(ExitCode.Usage, $"--token-file and {Variable} exclude each other: choose one");
        }

        try
        {
            var text = SecretFile.Read(file, MaxLength + 2, out var isOpen);
            return isOpen
                ? throw new CommandException(ExitCode.Input, $"'{file}' has a token, and others can read or change it: chmod 600 '{file}'")
                : Parse(text.TrimEnd('\r', '\n'), $"'{file}'");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.Input, $"'{file}' does not exist: name a file that has the token", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Input.MessageFile.Unreadable(file, e);
        }
    }

    /// <summary>Whether a request has the token. The time that this takes does not depend on how much of a wrong token is right.</summary>
    /// <param name="authorization">The values of the Authorization field.</param>
    public bool IsIn(StringValues authorization)
    {
        if (authorization is not [{ } value] || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        // Digests have one length, so the length of the token does not show either.
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(value[Scheme.Length..])), _digest);
    }

    // RFC 6750 section 2.1: b64token. Other characters cannot be in the field of a request.
    private static AccessToken Parse(string token, string source)
    {
        if (token.Length is < MinLength or > MaxLength || !token.All(static c => char.IsAsciiLetterOrDigit(c) || "-._~+/=".Contains(c, StringComparison.Ordinal)))
        {
            throw new CommandException(
                ExitCode.Input,
                $"the token in {source} must have {MinLength} to {MaxLength} letters, digits and -._~+/= in one line, such as the output of 'openssl rand -hex 32'");
        }

        return new AccessToken(token);
    }
}
