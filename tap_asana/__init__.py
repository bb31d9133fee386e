"""tap-asana: reads Asana into any warehouse that has a Singer target."""
