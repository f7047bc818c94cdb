namespace EmailAuth.Cli.Output;

/// <summary>The tone of a result of RFC 8601.</summary>
internal static class ResultTone
{
    public static Tone Of(string result) => result switch
    {
        "pass" => Tone.Good,
        "fail" or "permerror" or "temperror" => Tone.Bad,
        _ => Tone.Doubtful,
    };
}
