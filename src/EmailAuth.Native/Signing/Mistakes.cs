namespace EmailAuth.Native.Signing;

/// <summary>The caller's mistakes that the library reports by exceptions.</summary>
internal static class Mistakes
{
    /// <summary>The same as an error of a call, with the name of the parameter in the header file in place of the library's.</summary>
    public static InteropException Of(string what, ArgumentException mistake) =>
        new(Status.Argument, $"{what}: {mistake.Message.Split(" (Parameter ")[0]}");
}
