"""Speaking OpenID Connect with a broker, and believing nothing it says before it was checked."""
