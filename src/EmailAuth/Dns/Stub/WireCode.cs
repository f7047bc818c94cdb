using System.Globalization;

namespace EmailAuth.Dns.Stub;

/// <summary>Response codes (RFC 1035 section 4.1.1, RFC 6891 section 9).</summary>
internal static class WireCode
{
    public const int NoError = 0;
    public const int FormatError = 1;
    public const int ServerFailure = 2;
    public const int NameError = 3;
    public const int NotImplemented = 4;
    public const int Refused = 5;
    public const int BadVersion = 16;

    /// <summary>Whether it may mean that the server does not know EDNS, or not our version of it.</summary>
    public static bool IsRefusalOfOpt(int code) => code is FormatError or NotImplemented or BadVersion;

    /// <summary>The code as people know it.</summary>
    public static string TextOf(int code) => code switch
    {
        FormatError => "FORMERR",
        ServerFailure => "SERVFAIL",
        NotImplemented => "NOTIMP",
        Refused => "REFUSED",
        BadVersion => "BADVERS",
        _ => string.Create(CultureInfo.InvariantCulture, $"response code {code}"),
    };
}
