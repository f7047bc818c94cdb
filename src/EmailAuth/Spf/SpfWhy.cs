using System.Runtime.InteropServices;

namespace EmailAuth.Spf;

/// <summary>Why a check has its result: the code and the text, which are always given together.</summary>
/// <param name="Reason">The code.</param>
/// <param name="Text">The reason in one line, for people.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SpfWhy(SpfReason Reason, string Text);
