namespace EmailAuth.Milter.Configuration;

internal static class MilterOptionsReader;
